// The bot acts only on what it judged: rules that change between the judgement and the call.
import { describe, expect, it } from 'vitest';
import { homeTarget } from '../../../lib/config.ts';
import { askBreaker } from '../../../lib/io/ledger/breaker.ts';
import { load } from '../../../lib/io/ledger/entries.ts';
import { addRule, changeRule, inForce, runBefore } from '../../../lib/sandbox/index.ts';
import { seeing } from '../../faults/fault.ts';
import {
  calls,
  GROUP,
  makeEvent,
  makeWorld,
  policyOf,
  reconcile,
  ssh,
  type TestWorld,
  tcp,
} from '../io/world.ts';

const REVOKE = 'RevokeSecurityGroupIngress';
const ADD = 'AuthorizeSecurityGroupIngress';
const narrowed = { FromPort: 22, ToPort: 22, CidrIpv4: '10.1.2.3/32' };
const wide = { ...tcp('sgr-0w', 20), ToPort: 25 };
const trimming = [policyOf('trim-ssh', [22], 'trim')];

const shown = (test: TestWorld) =>
  inForce(test.account, GROUP).map(({ FromPort, ToPort, CidrIpv4 }) => `${FromPort}-${ToPort} ${CidrIpv4}`);
const recorded = async ({ world }: TestWorld) =>
  (await load(world.ledger, 'event-1'))?.record.findings.map(({ outcome, rule }) => [outcome, rule.CidrIpv4]);

describe('a rule that its author narrows between the judgement and the call', () => {
  it('is left as its author made it, and the record says so', async () => {
    const test = makeWorld([ssh]);
    runBefore(test.account, REVOKE, () => changeRule(test.account, 'sgr-0ssh', narrowed));

    await reconcile(test.world, makeEvent([ssh]));

    expect(shown(test)).toEqual(['22-22 10.1.2.3/32']);
    expect(await recorded(test)).toEqual([['changed', '0.0.0.0/0']]);
  });

  it('is left as its author made it, and what was added to stay of it is withdrawn', async () => {
    const test = makeWorld([wide]);
    runBefore(test.account, ADD, () => changeRule(test.account, 'sgr-0w', narrowed));

    await reconcile({ ...test.world, policies: trimming }, makeEvent([wide]));

    expect(shown(test)).toEqual(['22-22 10.1.2.3/32']);
    expect(await recorded(test)).toEqual([['changed', '0.0.0.0/0']]);
  });

  it('keeps what was added to stay of it, as far as another remediation has found it there and relies on it', async () => {
    const wider = { ...tcp('sgr-0wider', 20), ToPort: 26 };
    const test = makeWorld([wide, wider]);
    const world = { ...test.world, policies: trimming };
    let isFirst = true;
    const ec2 = seeing(world.ec2, async (api, _, send) => {
      if (api === REVOKE && isFirst) {
        isFirst = false;
        await reconcile(world, makeEvent([wider], { eventID: 'event-2' }));
        changeRule(test.account, 'sgr-0w', narrowed);
      }
      return send();
    });

    await reconcile({ ...world, ec2 }, makeEvent([wide]));

    // 20-21 stays of the wider rule; 23-25 was for the narrowed one alone.
    expect(shown(test).toSorted()).toEqual(['20-21 0.0.0.0/0', '22-22 10.1.2.3/32', '23-26 0.0.0.0/0']);
  });

  it('has nothing added beside it, when it was narrowed as the entry was written', async () => {
    const test = makeWorld([wide]);
    runBefore(test.account, 'PutItem', () => changeRule(test.account, 'sgr-0w', narrowed));

    await reconcile({ ...test.world, policies: trimming }, makeEvent([wide]));

    expect(shown(test)).toEqual(['22-22 10.1.2.3/32']);
  });
});

it('a rule that is changed to other violating content before every call is closed in the end, by its id', async () => {
  const test = makeWorld([ssh]);
  let turn = 0;
  const flap = () => {
    turn += 1;
    changeRule(test.account, 'sgr-0ssh', { CidrIpv4: turn % 2 === 0 ? '0.0.0.0/0' : '0.0.0.0/1' });
  };
  runBefore(test.account, REVOKE, flap, 100);

  await reconcile(test.world, makeEvent([ssh]));

  expect(shown(test)).toEqual([]);
  expect(calls(test).filter((api) => api === REVOKE)).toHaveLength(3);
});

it('of sixty rules of which one is changed, the others are closed by the second call', async () => {
  const rules = Array.from({ length: 60 }, (_, i) => ({ ...tcp(`sgr-${i}`, 22), ToPort: 22 + i }));
  const test = makeWorld(rules);
  const policies = [policyOf('no-ssh', [22], 'revoke')];
  runBefore(test.account, REVOKE, () => changeRule(test.account, 'sgr-7', narrowed));

  await reconcile({ ...test.world, policies }, makeEvent(rules));

  expect(shown(test)).toEqual(['22-22 10.1.2.3/32']);
  expect(calls(test).filter((api) => api === REVOKE)).toHaveLength(2);
});

it('a rule that its author changes to what only a policy on hold forbids is not revoked', async () => {
  const test = makeWorld([ssh]);
  const policies = [policyOf('no-ssh', [22], 'revoke'), policyOf('no-rdp', [3389], 'revoke')];
  const { ledger, config, now } = test.world;
  for (let i = 0; i < 11; i += 1) {
    const rules = [
      { ruleId: `sgr-${i}`, policies: [{ key: policies[1]?.key ?? '', severity: 'high' as const }] },
    ];
    const request = { entryId: `e-${i}`, groupId: `sg-${i}`, rules, isFresh: true, isAdmitted: false };
    await askBreaker(ledger, homeTarget(config), request, config, now());
  }
  runBefore(test.account, REVOKE, () =>
    changeRule(test.account, 'sgr-0ssh', { FromPort: 3389, ToPort: 3389 }),
  );

  await reconcile({ ...test.world, policies }, makeEvent([ssh]));

  expect(shown(test)).toEqual(['3389-3389 0.0.0.0/0']);
  expect(test.account.messages[0]?.subject).toContain('ACTION: policy no-rdp is on hold');
});

it('in the default VPC, the rules that EC2 revokes beside one that it does not know are recorded as revoked', async () => {
  const rules = Array.from({ length: 3 }, (_, i) => ({ ...tcp(`sgr-${i}`, 22), ToPort: 22 + i }));
  const { defaultVpcId } = makeWorld([]).account;
  const test = makeWorld(rules, 'enforce', 90_000, defaultVpcId);
  const policies = [policyOf('no-ssh', [22], 'revoke')];
  runBefore(test.account, REVOKE, () => changeRule(test.account, 'sgr-1', narrowed));

  await reconcile({ ...test.world, policies }, makeEvent(rules));

  expect(shown(test)).toEqual(['22-22 10.1.2.3/32']);
  expect((await recorded(test))?.map(([outcome]) => outcome)).toEqual(['revoked', 'changed', 'revoked']);
});

it.each(['listed', 'empty', 'missing'] as const)(
  'a revoke that EC2 answers with its rules %s is confirmed by reading the group',
  async (revokedRules) => {
    const test = makeWorld([ssh]);
    Object.assign(test.account, { revokedRules });

    await reconcile(test.world, makeEvent([ssh]));

    expect(await recorded(test)).toEqual([['revoked', '0.0.0.0/0']]);
  },
);

it('a rule for all traffic, one for ICMP, one for a numeric protocol and one for IPv6 are closed by their properties', async () => {
  const world = { CidrIpv4: '0.0.0.0/0', IsEgress: false };
  const rules = [
    { SecurityGroupRuleId: 'sgr-0all', IpProtocol: '-1', FromPort: -1, ToPort: -1, ...world },
    { SecurityGroupRuleId: 'sgr-0icmp', IpProtocol: 'icmp', FromPort: 8, ToPort: -1, ...world },
    { SecurityGroupRuleId: 'sgr-0esp', IpProtocol: '50', FromPort: -1, ToPort: -1, ...world },
    tcp('sgr-0six', 22, { CidrIpv6: '::/0' }),
  ];
  const test = makeWorld(rules);
  const open = policyOf('nothing-open', [], 'revoke', { match: { source: 'world' } });

  await reconcile({ ...test.world, policies: [open] }, makeEvent(rules));

  expect(shown(test)).toEqual([]);
  const [revoke] = test.account.calls.filter(({ api }) => api === REVOKE);
  expect(revoke?.input).not.toHaveProperty('SecurityGroupRuleIds');
});

it('rules of long random descriptions cannot keep a group from being recorded', async () => {
  const described = (i: number) =>
    Array.from({ length: 255 }, (_, k) => String.fromCharCode(33 + ((i * 31 + k * k * 7) % 90))).join('');
  const test = makeWorld([ssh]);
  for (let i = 0; i < 1000; i += 1) {
    const others = tcp(`sgr-a${i}`, 443, { CidrIpv4: `10.${i >> 8}.${i & 255}.0/24` });
    addRule(test.account, { GroupId: GROUP, ...others, Description: described(i) });
  }

  await reconcile(test.world, makeEvent([ssh]));

  expect(shown(test)).not.toContain('22-22 0.0.0.0/0');
});
