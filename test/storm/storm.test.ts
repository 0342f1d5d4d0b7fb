// A thousand groups opened at once, in an account whose EC2 throttles as EC2 does. Time is simulated: the SDK's own
// retries and pauses, the function's time-out, the retry queue.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { homeTarget } from '../../lib/config.ts';
import { registerPolicies } from '../../lib/io/ledger/breaker.ts';
import { tick } from '../../lib/io/tick.ts';
import type { World } from '../../lib/io/world.ts';
import { NEW_FOR } from '../../lib/plan/breaker-state.ts';
import { addGroup, addRule, ec2Buckets, ec2Of, inForce } from '../../lib/sandbox/index.ts';
import { makeEvent, makeWorld, policyOf, reconcile, tcp } from '../lib/io/world.ts';

const GROUPS = 1000;
const TIME_OUT = 120_000;
const LATENCY = 40;
/** What the bucket itself allows: 50 at once, then 5 a second. */
const IDEAL = ((GROUPS - 50) / 5) * 1000;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-06-01T12:01:30Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

function makeStorm() {
  const { account, world: quiet } = makeWorld([]);
  account.buckets.push(...ec2Buckets(Date.now()));
  const ec2 = ec2Of(account, { retryStrategy: undefined as never, maxAttempts: 12 });
  ec2.middlewareStack.add(
    (next) => async (args) => {
      await sleep(LATENCY);
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'latency' },
  );
  const sent: number[] = [];
  const { sns } = quiet;
  const send = sns.send.bind(sns);
  sns.send = (async (command: never) => {
    sent.push(Date.now());
    return send(command);
  }) as never;
  const world: World = {
    ...quiet,
    ec2,
    sns,
    policies: [policyOf('ssh', [22], 'revoke', { severity: 'critical' })],
    now: () => new Date(),
    wait: sleep,
  };
  const events = Array.from({ length: GROUPS }, (_, i) => {
    const groupId = `sg-${i}`;
    const rule = { ...tcp(`sgr-${i}`, 22), GroupId: groupId };
    addGroup(account, { GroupId: groupId, GroupName: groupId });
    addRule(account, rule);
    return makeEvent([rule], {
      eventID: `e-${i}`,
      requestParameters: { groupId, ipPermissions: {} },
    });
  });
  return { account, world, events, sent };
}

/** One invocation: what is not done when the time is up does nothing any more. */
async function invoke(world: World, event: object, isLastTry: boolean): Promise<boolean> {
  const life = { isOver: false };
  const mortal = <Client extends { send: unknown }>(client: Client): Client => {
    const send = (client.send as (command: object) => Promise<unknown>).bind(client);
    const sending = (command: object) => (life.isOver ? new Promise(() => undefined) : send(command));
    return Object.assign(Object.create(client), { send: sending });
  };
  const { ec2, sns, ledger } = world;
  const own = {
    ...world,
    ec2: mortal(ec2),
    sns: mortal(sns),
    ledger: { ...ledger, client: mortal(ledger.client) },
  };
  const work = reconcile(own, event, isLastTry).then(
    () => true,
    () => false,
  );
  const end = sleep(TIME_OUT).then(() => {
    life.isOver = true;
    return false;
  });
  return Promise.race([work, end]);
}

interface Waiting {
  readonly event: object;
  /** From when on it may be received. */
  readonly at: number;
  readonly receives: number;
}

/** The retry queue: two at a time, and what fails comes back after twelve minutes; answers the dead letters. */
async function drain(world: World, queue: Waiting[]): Promise<readonly Waiting[]> {
  const dead: Waiting[] = [];
  const receive = async (message: Waiting) => {
    const receives = message.receives + 1;
    if (await invoke(world, message.event, receives >= 5)) return;
    if (receives >= 5) dead.push(message);
    else queue.push({ ...message, receives, at: Date.now() + 720_000 });
  };
  const work = async () => {
    while (queue.length > 0) {
      const due = queue.findIndex(({ at }) => at <= Date.now());
      const [message] = due < 0 ? [] : queue.splice(due, 1);
      await (message === undefined ? sleep(1000) : receive(message));
    }
  };
  await Promise.all([work(), work()]);
  return dead;
}

describe('a storm of a thousand open groups', () => {
  it('is closed at the pace that EC2 allows, loses none, and reports each of them in a few mails', async () => {
    const { account, world, events, sent } = makeStorm();
    const keys = world.policies.map(({ key }) => key);
    const longAgo = new Date(Date.now() - NEW_FOR);
    await registerPolicies(world.ledger, homeTarget(world.config), keys, world.config, longAgo);
    const began = Date.now();
    let closedAt = began;
    const queue: Waiting[] = [];
    const lanes = Promise.all(
      events.map(async (event) => {
        if (!(await invoke(world, event, false))) queue.push({ event, at: Date.now(), receives: 0 });
      }),
    ).then(() => drain(world, queue));
    let dead: readonly Waiting[] | undefined;
    void lanes.then((letters) => {
      dead = letters;
    });
    let open = events.map((_, i) => `sg-${i}`);
    while (dead === undefined) {
      await vi.advanceTimersByTimeAsync(500);
      open = open.filter((groupId) => inForce(account, groupId).length > 0);
      if (open.length > 0) closedAt = Date.now();
    }
    const within = (start: number) => sent.filter((at) => start <= at && at < start + 1000).length;

    expect(open).toEqual([]);
    expect((closedAt - began) / IDEAL).toBeLessThan(1.2);
    expect(dead).toEqual([]);
    const ticking = tick({ ...world, timeLeft: () => TIME_OUT });
    await vi.advanceTimersByTimeAsync(60_000);
    const { batched } = await ticking;
    // Ten have a mail of their own in each quarter of an hour, and one mail has all others.
    expect(sent.length - 1 + batched).toBe(GROUPS);
    expect(sent.length).toBeLessThanOrEqual(21);
    expect(Math.max(...sent.map(within))).toBeLessThanOrEqual(10);
  });
});
