// What somebody reads at the end of a deployment.
import { expect, it } from 'vitest';
import { summaryOf } from '../../../lib/deployment/summary.ts';
import { inForceBy } from '../../../lib/deployment/template.ts';
import { ENFORCING, POLICY, templateOf } from './templates.ts';

it('says what is in force, who has not confirmed, and what comes next', () => {
  const policies = [
    POLICY,
    { ...POLICY, id: 'a', action: 'trim' as const, otherwise: 'notify' as const },
    { ...POLICY, id: 'b', mode: 'off' as const },
  ];
  const inForce = inForceBy(templateOf({ ...ENFORCING, sweepMode: 'enforce', trimLimit: 5, policies }));
  const outputs = { LedgerTable: 'portcullis-prod-Ledger', TopicArn: 'arn:topic' };
  const subscribers = [
    { protocol: 'email', endpoint: 'jane@example.com', isConfirmed: false },
    { protocol: 'https', endpoint: 'https://example.com', isConfirmed: true },
  ];

  const lines = summaryOf(
    { place: 'portcullis-prod (eu-west-1)', inForce, outputs, subscribers },
    '--stage prod',
  );

  expect(lines).toEqual([
    'In force in portcullis-prod (eu-west-1):',
    '  mode      enforce; the sweep revokes what it finds',
    '  policies  1 revoke; 1 trim, or else report; 1 off',
    '  ledger    portcullis-prod-Ledger',
    '  topic     arn:topic',
    '  messages  to https://example.com',
    '  waiting   jane@example.com: confirm by the link that SNS has sent there; it works for two days',
    '',
    'Next: npx --no -- portcullis doctor --stage prod',
    'then: npx --no -- portcullis selftest --stage prod',
  ]);
});
