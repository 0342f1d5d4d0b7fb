// Which policies and prefix lists the judgement of a change takes.
import { describe, expect, it } from 'vitest';
import type { Changed } from '../../../lib/change/change.ts';
import { policiesFor } from '../../../lib/evaluate/policies-for.ts';
import { prefixListsNeeded } from '../../../lib/evaluate/prefix-lists-needed.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

function policy(id: string, more: object = {}, outside = ['10.0.0.0/8']) {
  const said = { id, title: id, severity: 'high', description: id, action: 'revoke' };
  return compilePolicy(policySchema.parse({ ...said, match: { source: { outside } }, ...more }));
}

const exception = (more: object) => ({ reason: 'r', owner: 'o', expires: '2026-12-31', ...more });

describe('the policies for a change', () => {
  const policies = [
    policy('everywhere'),
    policy('of-env', { scope: { groups: { tags: { env: 'prod' } } } }),
    policy('of-team', { exceptions: [exception({ groups: { tags: { team: 'web' } } })] }),
    policy('elsewhere', { scope: { accounts: ['999988887777'], groups: { tags: { env: 'prod' } } } }),
  ];
  const idsFor = (rules: Changed['rules']) =>
    policiesFor(policies, { rules } as Changed, CONTEXT, CONTEXT.now).map(({ id }) => id);
  const tagged = (...keys: string[]) =>
    idsFor({
      by: 'tags',
      groupIds: ['sg-1'],
      ruleIds: [],
      tags: keys.map((key) => ({ key, value: 'x' })),
      isRemoval: false,
    });

  it('of rules are all', () => {
    expect(idsFor({ by: 'group' })).toEqual(['everywhere', 'of-env', 'of-team', 'elsewhere']);
  });

  it('of tags are those that turn on these tags in this place', () => {
    expect([tagged('env'), tagged('team'), tagged('env', 'team'), tagged('cost')]).toEqual([
      ['of-env'],
      ['of-team'],
      ['of-env', 'of-team'],
      [],
    ]);
  });
});

describe('the prefix lists that judging needs', () => {
  it('are those of the rules, of the policies and of their exceptions, each once', () => {
    const rules = ['pl-0rule', 'pl-0000b0b0'].map((PrefixListId) =>
      parseRule({ IpProtocol: '-1', PrefixListId }),
    );
    const exceptions = [
      exception({ sources: ['pl-0e8c05ed', 'pl-0000b0b0'] }),
      exception({ accounts: ['111122223333'] }),
    ];
    const policies = [policy('a', { exceptions }, ['10.0.0.0/8', 'pl-0a110ed0']), policy('b')];

    expect(
      prefixListsNeeded([...rules, parseRule({ IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' })], policies),
    ).toEqual(['pl-0rule', 'pl-0000b0b0', 'pl-0a110ed0', 'pl-0e8c05ed']);
  });
});
