// The exceptions that `portcullis restore --until` prints: added to the policy file, they let the rule stay.
import { describe, expect, it } from 'vitest';
import type { Closed } from '../../cli/input/record.ts';
import { type ExceptionTerms, exceptionsFor } from '../../cli/restore/exception.ts';
import { evaluate } from '../../lib/evaluate/evaluate.ts';
import { addressSet, parseCidr } from '../../lib/network/cidr.ts';
import { compilePolicy } from '../../lib/policy/policy.ts';
import { parsePolicyFile } from '../../lib/policy/policy-file.ts';
import type { PolicyDocument } from '../../lib/policy/schema.ts';
import { parseRule } from '../../lib/rule.ts';
import { CONTEXT } from '../lib/context.ts';
import { tcp } from '../lib/io/world.ts';

const GROUP = 'sg-0123456789abcdef0';
const terms: ExceptionTerms = {
  until: '2027-03-31',
  reason: 'Bastion: "ask" first # really',
  owner: 'no',
};

function textOf(source: string, rest = ''): string {
  return [
    'id: no-ssh',
    'title: SSH is closed',
    'severity: high',
    'description: Use the VPN.',
    'match:',
    '  ports: [22]',
    `  source: ${source}`,
    'action: revoke',
    rest,
  ].join('\n');
}

function parse(text: string): PolicyDocument {
  const parsed = parsePolicyFile('no-ssh.yaml', text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.value;
}

function closed(...rules: readonly Parameters<typeof parseRule>[0][]): readonly Closed[] {
  return rules.map((aws) => ({
    rule: parseRule({ ...aws, GroupId: GROUP }),
    outcome: 'revoked',
    remainders: 0,
    omittedTags: 0,
    policies: ['no-ssh'],
  }));
}

/** The verdicts by the policy with what was printed added to it. */
function verdicts(text: string, of: readonly Closed[]): readonly string[] {
  const [, ...lines] = exceptionsFor(of, terms, [parse(text)], 'policies');
  const policy = compilePolicy(parse(`${text}\n${lines.join('\n')}\n`));
  const rules = of.map(({ rule }) => rule);
  const context = { ...CONTEXT, group: { ...CONTEXT.group, id: GROUP }, prefixLists };
  return evaluate(rules, new Set(rules.map(({ id }) => id)), [policy], context).map(({ verdict }) => verdict);
}

const LIST = 'pl-0123456789abcdef0';
const prefixLists = new Map([[LIST, addressSet([parseCidr('0.0.0.0/0')].flatMap((cidr) => cidr ?? []))]]);
const OTHER =
  '\nexceptions:\n  - groups: { ids: [sg-0fedcba9876543210] }\n    reason: x\n    owner: team-x\n    expires: 2027-01-01';

describe('the exception for what is restored', () => {
  it.each<[string, string, readonly Closed[]]>([
    ['a block', textOf('world'), closed(tcp('sgr-0a', 22))],
    ['an IPv6 block', textOf('world'), closed(tcp('sgr-0a', 22, { CidrIpv6: '::/0' }))],
    [
      'two blocks',
      textOf('world'),
      closed(tcp('sgr-0a', 22, { CidrIpv4: '0.0.0.0/1' }), tcp('sgr-0b', 22, { CidrIpv4: '128.0.0.0/1' })),
    ],
    ['a prefix list', textOf('world'), closed(tcp('sgr-0a', 22, { PrefixListId: LIST }))],
    [
      'a rule for a group',
      textOf('any'),
      closed(tcp('sgr-0a', 22, { ReferencedGroupInfo: { GroupId: 'sg-0fedcba9876543210' } })),
    ],
    ['a block, where the policy has exceptions', textOf('world', OTHER.trim()), closed(tcp('sgr-0a', 22))],
  ])('makes the rule exempt that was a violation: %s', (_, text, rules) => {
    const policy = compilePolicy(parse(text));
    const context = { ...CONTEXT, group: { ...CONTEXT.group, id: GROUP }, prefixLists };
    const parsed = rules.map(({ rule }) => rule);

    expect(evaluate(parsed, new Set(), [policy], context)[0]?.verdict).toBe('violation');
    expect(verdicts(text, rules)).toEqual(rules.map(() => 'exempt'));
  });

  it('is not asked of a policy that takes nothing away', () => {
    const notifying: PolicyDocument = { ...parse(textOf('world')), action: 'notify' };

    expect(exceptionsFor(closed(tcp('sgr-0a', 22)), terms, [notifying], 'policies')).toEqual([]);
  });

  it('says where to look for a policy that is not here', () => {
    const [place] = exceptionsFor(closed(tcp('sgr-0a', 22)), terms, [], 'policies');

    expect(place).toContain('policies/no-ssh.yaml  (no such policy here');
  });
});
