// The owner of a group is its account, whichever way the group is looked at: in an audit of an export and of a live account, in a
// simulation, after an event, and in a sweep.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../cli/run-simulation.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { addGroup, addRule, inForce } from '../../lib/sandbox/index.ts';
import { sweepOnce } from '../lib/io/sweeping.ts';
import { ACCOUNT, makeEvent, makeWorld, policyOf, reconcile, ssh } from '../lib/io/world.ts';
import { type Ended, file, onAccount, portcullis } from './portcullis.ts';

const OWNER = '999999999999';
const GROUP = 'sg-0foreign';
const WORLD = [{ CidrIp: '0.0.0.0/0' }];
const group = {
  ...{ GroupId: GROUP, GroupName: 'participant', OwnerId: OWNER, VpcId: 'vpc-0other' },
  IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: WORLD }],
};
const exported = { SecurityGroups: [group] };
const event = makeEvent([{ ...ssh, GroupId: GROUP }]);

/** What is said of the one rule: its verdict, `elsewhere` where no policy is for it, and the account that it is said to be of. */
interface Said {
  readonly verdict: string;
  readonly account: string | undefined;
}

function makeShared(policy: Policy) {
  const test = makeWorld([]);
  test.account.groups.clear();
  addGroup(test.account, { ...group, IpPermissions: [] });
  addRule(test.account, { ...ssh, GroupId: GROUP, GroupOwnerId: OWNER });
  return { ...test, world: { ...test.world, policies: [policy] } };
}

/** A directory with one policy. */
function directoryOf({ id, document }: Policy): string {
  const directory = mkdtempSync(join(tmpdir(), 'owners-'));
  writeFileSync(join(directory, `${id}.yaml`), JSON.stringify(document));
  return directory;
}

function audited({ stdout }: Ended): Said {
  const [finding] = JSON.parse(stdout).findings;
  return { verdict: finding?.verdict ?? 'elsewhere', account: finding?.accountId };
}

/** What a message says of the group's account, to machines and as an ARN. */
function ownerIn(message: string | undefined): string | undefined {
  return message === undefined ? undefined : /arn:aws:ec2:[^:]*:(\d+):security-group/.exec(message)?.[1];
}

type Way = (policy: Policy) => Promise<Said>;
const audit = (policy: Policy) => ['audit', '--format', 'json', '--policies', directoryOf(policy)];

const WAYS: Readonly<Record<string, Way>> = {
  'an audit of an export': async (policy) =>
    audited(
      await portcullis([...audit(policy), '--region', 'eu-west-1', '--from', file('foreign.json', exported)]),
    ),
  'an audit of the account': async (policy) =>
    audited(await onAccount(makeShared(policy).account, [...audit(policy), '--region', 'eu-west-1'])),
  'a simulation': async (policy) => {
    const said = { policies: [policy], groups: exported, prefixLists: new Map() };
    const { verdicts, calls } = await simulate({
      event,
      ...said,
      mode: 'enforce',
      protected: [],
      trimLimit: 10,
      stage: 'dev',
      audience: {},
    });
    const published = calls.find(({ api }) => api === 'Publish');
    expect(calls.filter(({ api }) => api.startsWith('Revoke'))).toEqual([]);
    return { verdict: verdicts[0]?.verdict ?? 'elsewhere', account: ownerIn(JSON.stringify(published)) };
  },
  'an event': async (policy) => {
    const { account, world } = makeShared(policy);
    const { verdicts } = await reconcile(world, event);
    expect(inForce(account, GROUP)).toHaveLength(1);
    return { verdict: verdicts[0]?.verdict ?? 'elsewhere', account: ownerIn(account.messages[0]?.message) };
  },
  'a sweep': async (policy) => {
    const test = makeShared(policy);
    await sweepOnce(test, { mode: 'enforce' });
    expect(inForce(test.account, GROUP)).toHaveLength(1);
    const totals = test.log.flatMap(([message, extra]) => (message === 'sweep' ? [extra] : []));
    const { violations, exempt } = Object.assign({}, ...totals).sweep.counts;
    const verdict = violations > 0 ? 'violation' : exempt > 0 ? 'exempt' : 'elsewhere';
    return { verdict, account: ownerIn(test.account.messages[0]?.message) };
  },
};

const scoped = (account: string) => policyOf('no-ssh', [22], 'revoke', { scope: { accounts: [account] } });
const excused = (account: string) => {
  const exception = { accounts: [account], reason: 'r', owner: 'o', expires: '2099-01-01' };
  return policyOf('no-ssh', [22], 'revoke', { exceptions: [exception] });
};

describe.each(Object.entries(WAYS))('%s of a group of another owner', (_, judge) => {
  it.each<[string, Policy, Said['verdict']]>([
    ['a policy for its owner finds a violation', scoped(OWNER), 'violation'],
    ['a policy for the account that sees it finds nothing', scoped(ACCOUNT), 'elsewhere'],
    ['an exception for its owner excuses it', excused(OWNER), 'exempt'],
    ['an exception for the account that sees it excuses nothing', excused(ACCOUNT), 'violation'],
  ])('%s', async (_title, policy, verdict) => {
    expect((await judge(policy)).verdict).toBe(verdict);
  });

  it('names the owner as its account', async () => {
    expect((await judge(policyOf('no-ssh', [22], 'revoke'))).account).toBe(OWNER);
  });
});
