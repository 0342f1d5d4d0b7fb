// Of several policies of one rule, the one that is heard first.
import { expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { leadingFirst } from '../../../lib/evaluate/leading.ts';
import { readPolicies } from '../../../lib/io/policy-files.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

const policies = readPolicies('test/fixtures/shipped').map(compilePolicy);

it.each([
  ['SSH', { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }, 'no-world-open-admin'],
  ['all traffic', { IpProtocol: '-1' }, 'no-world-open-all-traffic'],
  ['PostgreSQL', { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 }, 'no-world-open-databases'],
])('%s is about that', (_, traffic, first) => {
  const rule = parseRule({
    SecurityGroupRuleId: 'sgr-1',
    GroupId: 'sg-1',
    CidrIpv4: '0.0.0.0/0',
    ...traffic,
  });
  const found = evaluate([rule], new Set(['sgr-1']), policies, CONTEXT).filter(
    (one) => one.verdict === 'violation',
  );

  expect(found.toSorted(leadingFirst)[0]?.policy.id).toBe(first);
});
