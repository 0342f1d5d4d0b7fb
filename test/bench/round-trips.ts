// How many round trips to AWS come one after the other: wall time with a fixed delay in every call, divided by the delay.
import { setTimeout as wait } from 'node:timers/promises';
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Policy } from '../../lib/policy/policy.ts';
import { addVpc } from '../../lib/sandbox/index.ts';
import { seeing } from '../faults/fault.ts';
import { makeEvent, makeWorld, policyOf, reconcile, tcp } from '../lib/io/world.ts';
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
  for (const [what, rules, policy = noSsh] of [
    ['an event that opens one rule', opening(1)],
    ['an event that opens 60 rules', opening(60)],
    ['an event that opens one rule, where a policy looks at VPCs', opening(1), onlyFromVpc],
    ['a compliant event', [tcp('sgr-0', 443, { CidrIpv4: '10.0.0.0/8' })]],
  ] as const) {
    const { revoke, publish, calls, writes } = await measure(rules, policy);
    const add = (name: string, samples: readonly number[], unit: string) =>
      figures.push({ name: `${what}: ${name}`, goal: '', samples, unit });
    if (revoke !== undefined) add('before the revoke', [revoke], 'round trips');
    if (publish !== undefined) add('before the publish', [publish], 'round trips');
    add('calls', [calls], 'calls');
    add('writes to the ledger', [writes], 'calls');
  }
  return figures;
}

async function measure(rules: readonly AwsSecurityGroupRule[], policy: Policy) {
  const { account, world } = makeWorld(rules);
  addVpc(account, 'vpc-0other', ['10.1.0.0/16']);
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
  await reconcile({ ...world, ...slow, policies: [policy] }, makeEvent(rules));
  const before = (name: string) => {
    const call = calls.find(({ api }) => api.startsWith(name));
    return call === undefined ? undefined : call.at / DELAY;
  };
  const writes = calls.filter(({ api }) => api === 'PutItem' || api === 'UpdateItem').length;
  return { revoke: before('Revoke'), publish: before('Publish'), calls: calls.length, writes };
}
