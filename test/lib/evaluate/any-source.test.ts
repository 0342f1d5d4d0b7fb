// Policies that forbid every source, and prefix lists that cannot be read: what is excused, what violates, and what nobody knows.
import { describe, expect, it } from 'vitest';
import { evaluate, type Verdict } from '../../../lib/evaluate/evaluate.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

const said = { reason: 'Bastion', owner: 'platform-team', expires: '2026-12-31' };
const FROM_GROUP = { ReferencedGroupInfo: { GroupId: 'sg-2' } };
const FROM_LIST = { PrefixListId: 'pl-00000aaa' };

/** The verdicts on a rule for SSH under a policy with exceptions. */
function judge(source: object, match: object, exceptions: readonly object[] = []): readonly Verdict[] {
  const document = policySchema.parse({
    ...{ id: 'p', title: 'p', severity: 'high', description: 'p', action: 'revoke' },
    match: { ports: ['ssh'], ...match },
    ...(exceptions.length > 0 && { exceptions: exceptions.map((one) => ({ ...said, ...one })) }),
  });
  const ssh = { SecurityGroupRuleId: 'sgr-1', IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ...source };
  return evaluate([parseRule(ssh)], new Set(['sgr-1']), [compilePolicy(document)], CONTEXT);
}

function verdictOn(...asked: Parameters<typeof judge>): readonly (string | undefined)[] {
  return judge(...asked).flatMap((one) => [
    one.verdict,
    ...(one.verdict === 'undecided' ? [one.because] : []),
    ...(one.verdict === 'exempt' ? one.by.map(({ owner }) => owner) : []),
  ]);
}

describe('a policy that forbids any source', () => {
  const any = { source: 'any' };
  const here = { accounts: [CONTEXT.accountId] };
  const office = { sources: ['198.51.100.0/24'] };

  it.each([FROM_GROUP, FROM_LIST, { CidrIpv4: '0.0.0.0/0' }])(
    'excuses %j by an exception that holds for any source',
    (source) => {
      expect(verdictOn(source, any, [here])).toEqual(['exempt', 'platform-team']);
    },
  );

  it('excuses a rule of which all addresses are excused, and none of which some are not', () => {
    expect(verdictOn({ CidrIpv4: '198.51.100.0/25' }, any, [office])).toEqual(['exempt', 'platform-team']);
    expect(verdictOn({ CidrIpv4: '198.51.100.0/23' }, any, [office])).toEqual(['violation']);
  });

  it('excuses no group by sources: its members are no addresses', () => {
    expect(verdictOn(FROM_GROUP, any, [office])).toEqual(['violation']);
  });

  it('cannot tell whether sources excuse a prefix list that cannot be read, and names it', () => {
    expect(verdictOn(FROM_LIST, any, [office])).toEqual([
      'undecided',
      'the entries of prefix list pl-00000aaa are not known',
    ]);
  });

  it('can tell that nothing excuses such a list but sources', () => {
    const elsewhere = { accounts: ['999988887777'] };

    expect(verdictOn(FROM_LIST, any, [elsewhere])).toEqual(['violation']);
    expect(verdictOn({ CidrIpv4: '8.8.8.0/24' }, any, [office])).toEqual(['violation']);
  });
});

describe('a prefix list that cannot be read', () => {
  const outside = { source: { outside: ['10.0.0.0/8', 'pl-0a110ed0'] } };

  it('is named beside those that might allow what it admits', () => {
    expect(verdictOn(FROM_LIST, outside)).toEqual([
      'undecided',
      'the entries of prefix list pl-00000aaa, pl-0a110ed0 are not known',
    ]);
  });

  it('is not needed where the rule names no address', () => {
    expect(verdictOn(FROM_GROUP, outside)).toEqual(['compliant']);
    expect(verdictOn({ CidrIpv4: '8.8.8.0/24' }, outside)).toEqual([
      'undecided',
      'the entries of prefix list pl-0a110ed0 are not known',
    ]);
  });

  it('keeps a violation undecided that it may excuse', () => {
    expect(
      verdictOn({ CidrIpv4: '8.8.8.0/24' }, { source: 'public' }, [
        { sources: ['pl-00000001', 'pl-00000002'] },
      ]),
    ).toEqual(['undecided', 'the entries of prefix list pl-00000001, pl-00000002 are not known']);
  });
});

describe('a rule that no policy is about', () => {
  it('has no verdict', () => {
    expect(judge({ IsEgress: true, CidrIpv4: '0.0.0.0/0' }, { source: 'world' })).toEqual([]);
    expect(judge({ CidrIpv4: '0.0.0.0/0' }, { source: 'world', ports: [80] })).toEqual([]);
  });
});
