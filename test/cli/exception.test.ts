// The exceptions that `portcullis restore --until` prints: added to the policy file, they let the rule stay.
import { describe, expect, it } from 'vitest';
import type { Closed } from '../../cli/input/record.ts';
import { addExceptions } from '../../cli/restore/add-exceptions.ts';
import { type ExceptionTerms, exceptionsFor } from '../../cli/restore/exception.ts';
import { evaluate } from '../../lib/evaluate/evaluate.ts';
import { parseBlockList } from '../../lib/network/nat64.ts';
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
  const [found] = exceptionsFor(of, terms, [parse(text)]);
  const policy = compilePolicy(parse(addExceptions('no-ssh.yaml', text, found?.exceptions ?? [])));
  const rules = of.map(({ rule }) => rule);
  const context = { ...CONTEXT, group: { ...CONTEXT.group, id: GROUP }, prefixLists };
  return evaluate(rules, new Set(rules.map(({ id }) => id)), [policy], context).map(({ verdict }) => verdict);
}

const LIST = 'pl-0123456789abcdef0';
const prefixLists = new Map([[LIST, parseBlockList(['0.0.0.0/0'])]]);
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

    expect(exceptionsFor(closed(tcp('sgr-0a', 22)), terms, [notifying])).toEqual([]);
  });

  it('is for the traffic of the rules that the policy is about, from their sources, and for nothing else', () => {
    const policy = parse(textOf('world').replace('[22]', '[22, 3389]'));
    const rules = closed(
      tcp('sgr-0a', 20, { ToPort: 25, CidrIpv4: '0.0.0.0/0' }),
      tcp('sgr-0b', 3389, { CidrIpv4: '8.0.0.0/6' }),
    );

    expect(exceptionsFor(rules, terms, [policy])[0]?.exceptions).toEqual([
      expect.objectContaining({
        groups: { ids: [GROUP] },
        protocol: ['tcp'],
        ports: [22],
        sources: ['0.0.0.0/0'],
      }),
      expect.objectContaining({ ports: [3389], sources: ['8.0.0.0/6'] }),
    ]);
  });

  it('is for the traffic of the rules where the policy is not here', () => {
    const [found] = exceptionsFor(
      closed(tcp('sgr-0a', 20, { ToPort: 25, CidrIpv4: '0.0.0.0/0' })),
      terms,
      [],
    );

    expect([found?.policy, found?.exceptions[0]?.ports]).toEqual([undefined, ['20-25']]);
  });
});

describe('exceptions that are added to a policy file', () => {
  const { exceptions = [] } =
    exceptionsFor(closed(tcp('sgr-0a', 22)), terms, [parse(textOf('world'))])[0] ?? {};
  const add = (text: string) => addExceptions('no-ssh.yaml', text, exceptions);
  const ITEM =
    'exceptions:\n  - groups: { ids: [sg-0fedcba9876543210] } # for now\n    reason: x\n    owner: x\n    expires: 2027-01-01 # a year';

  it.each([
    ['without any', textOf('world')],
    ['with one, and comments', textOf('world', `${ITEM}\n# the end\n`)],
    [
      'with one, and keys after it',
      textOf('world', ITEM).replace('action: revoke\n', '').concat('\naction: revoke'),
    ],
    ['with a list that is not indented', textOf('world', ITEM.replaceAll('\n  ', '\n'))],
    ['with line ends of Windows', textOf('world', ITEM).replaceAll('\n', '\r\n')],
  ])('leave every line of it as it was: one %s', (_, text) => {
    const linesOf = (all: string) => all.split(/\r?\n/);

    expect(parse(add(text)).exceptions?.slice(-1)).toEqual(exceptions);
    expect(linesOf(add(text)).filter((line) => linesOf(text).includes(line))).toEqual(linesOf(text));
  });

  it.each([
    [
      'in one line',
      textOf(
        'world',
        `exceptions: [{ accounts: ['111122223333'], reason: x, owner: x, expires: 2027-01-01 }]`,
      ),
    ],
    ['empty', textOf('world', 'exceptions: []')],
  ])('are refused where the list is %s', (_, text) => {
    expect(() => add(text)).toThrow('add them by hand');
  });
});
