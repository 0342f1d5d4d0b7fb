// A rule that somebody changes while it is about to be revoked is reported as what it is then.
import { expect, it } from 'vitest';
import { seeing } from '../../faults/fault.ts';
import { modified } from './modify.ts';
import { withPolicies } from './ticking.ts';
import { found, left, makeEvent, makeWorld, policyOf, reconcile, ssh, subjects } from './world.ts';

it.each([
  ['only a policy that notifies forbids it', { FromPort: 443, ToPort: 443 }, /^Notice: HTTPS/],
  [
    'a list that cannot be read may allow it',
    { FromPort: 636, ToPort: 636, CidrIpv4: '9.9.9.0/24' },
    /^Could not evaluate: LDAPS/,
  ],
  ['it complies', { CidrIpv4: '10.0.0.0/8' }, /^Compliant now: SSH/],
])('where %s', async (_, to, expected) => {
  const match = { protocol: ['tcp'], ports: [636], source: { outside: ['pl-0123456789abcdef0'] } };
  const policies = [
    policyOf('ssh', [22], 'revoke'),
    policyOf('https', [443], 'notify'),
    policyOf('ldap', [636], 'revoke', { match }),
  ];
  const test = withPolicies(makeWorld([ssh]), ...policies);
  let isChanged = false;
  const ec2 = seeing(test.world.ec2, async (api, _command, send) => {
    if (api.startsWith('Revoke') && !isChanged) {
      isChanged = true;
      await modified(test, 'sgr-0ssh', to);
    }
    return send();
  });
  await reconcile({ ...test.world, ec2 }, makeEvent([ssh]));

  expect(left(test)).toEqual(['sgr-0ssh']);
  expect(subjects(test)).toEqual([expect.stringMatching(expected)]);
  expect(await found(test)).toHaveLength(1);
});
