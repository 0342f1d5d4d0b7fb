// How many round trips to AWS come one after the other: wall time with a fixed delay in every call, divided by the delay.
import { setTimeout as wait } from 'node:timers/promises';
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Policy } from '../../lib/policy/policy.ts';
import { type Account, addVpc } from '../../lib/sandbox/index.ts';
import { seeing } from '../faults/fault.ts';
import { GROUP, makeEvent, makeWorld, policyOf, reconcile, tcp } from '../lib/io/world.ts';
import { addInstance, addPublicSubnet } from '../lib/sandbox/network.ts';
import type { Figure } from './table.ts';

const noSsh = policyOf('no-ssh', [22], 'revoke');
const match = { protocol: ['tcp'], ports: [22], source: { outside: ['vpc'] } };
const onlyFromVpc = policyOf('only-from-vpc', [22], 'revoke', { match });

/** Milliseconds in each call: long enough that the work between the calls hardly counts. */
const DELAY = 200;

/** The sequential round trips before the revoke and before the publish, and the calls in all. */
export async function roundTripFigures(): Promise<readonly Figure[]> {
  const opening = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ ...tcp(`sgr-${i}`, 22), ToPort: 22 + i }));
  // The first run loads and compiles the code.
  await measure(opening(1), noSsh);
  const figures: Figure[] = [];
  for (const [what, rules, policy = noSsh, isInNetwork = false] of [
    ['an event that opens one rule', opening(1)],
    ['an event that opens 60 rules', opening(60)],
    ['an event that opens one rule, where a policy looks at VPCs', opening(1), onlyFromVpc],
    ['an event that opens one rule, with a network to look at', opening(1), noSsh, true],
    ['a compliant event', [tcp('sgr-0', 443, { CidrIpv4: '10.0.0.0/8' })]],
  ] as const) {
    const { revoke, publish, calls, writes } = await measure(rules, policy, isInNetwork);
    const add = (name: string, samples: readonly number[], unit: string) =>
      figures.push({ name: `${what}: ${name}`, goal: '', samples, unit });
    if (revoke !== undefined) add('before the revoke', [revoke], 'round trips');
    if (publish !== undefined) add('before the publish', [publish], 'round trips');
    add('calls', [calls], 'calls');
    add('writes to the ledger', [writes], 'calls');
  }
  return figures;
}

async function measure(rules: readonly AwsSecurityGroupRule[], policy: Policy, isInNetwork = false) {
  const { account, world } = makeWorld(rules);
  addVpc(account, 'vpc-0other', ['10.1.0.0/16']);
  if (isInNetwork) addNetwork(account);
  const calls: { readonly api: string; readonly at: number }[] = [];
  const start = performance.now();
  const delayed = <Client extends { send: unknown }>(client: Client): Client =>
    seeing(client, async (api, _, send) => {
      calls.push({ api, at: performance.now() - start });
      await wait(DELAY);
      return send();
    });
  const { ec2, sns, ledger } = world;
  const slow = {
    ec2: delayed(ec2),
    sns: delayed(sns),
    ledger: { ...ledger, client: delayed(ledger.client) },
  };
  const config = { ...world.config, flowLogs: isInNetwork ? ['flows'] : [] };
  await reconcile({ ...world, ...slow, config, policies: [policy] }, makeEvent(rules));
  const before = (name: string) => {
    const call = calls.find(({ api }) => api.startsWith(name));
    return call === undefined ? undefined : call.at / DELAY;
  };
  const writes = calls.filter(({ api }) => api === 'PutItem' || api === 'UpdateItem').length;
  return { revoke: before('Revoke'), publish: before('Publish'), calls: calls.length, writes };
}

/** An instance in a public subnet, whose VPC has a flow log. */
function addNetwork(account: Account): void {
  addPublicSubnet(account);
  addInstance(account, 1, [GROUP], '203.0.113.7');
  const flowLog = {
    FlowLogId: 'fl-1',
    ResourceId: 'vpc-0abc',
    LogGroupName: 'flows',
    FlowLogStatus: 'ACTIVE',
  };
  account.network.flowLogs.push(flowLog);
}
