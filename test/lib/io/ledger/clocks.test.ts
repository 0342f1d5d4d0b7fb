// The clocks of a group's graces, in one item that may be full.
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { homeTarget } from '../../../../lib/config.ts';
import { readClocks, writeClocks } from '../../../../lib/io/ledger/clocks.ts';
import { listDue } from '../../../../lib/io/ledger/due.ts';
import { type Clock, extentOf } from '../../../../lib/plan/clocks.ts';
import { parseRule } from '../../../../lib/rule.ts';
import { addRule } from '../../../../lib/sandbox/index.ts';
import {
  GROUP,
  left,
  makeEvent,
  makeWorld,
  policyOf,
  reconcile,
  ssh,
  subjects,
  type TestWorld,
  tcp,
} from '../world.ts';

/** The nth clock of which no part can be packed: the same in each run, so that what fits is the same. */
function anyClock(at: number, n: number): Clock {
  const [address, id, taskId, numbers] = ['address', 'id', 'task', 'numbers'].map((what) =>
    createHash('sha256').update(`${what} ${n}`).digest(),
  ) as [Buffer, Buffer, Buffer, Buffer];
  const CidrIpv6 = `${address.toString('hex', 0, 16).match(/.{4}/g)?.join(':')}/128`;
  const [FromPort, ToPort] = [numbers.readUInt16BE(0) % 30_000, 65_535];
  const rule = parseRule({ IpProtocol: 'tcp', FromPort, ToPort, IsEgress: false, CidrIpv6 });
  const startedAt = at - (numbers.readUInt32BE(2) % (20 * 3_600_000));
  const times = { startedAt, madeAt: startedAt, seenAt: startedAt + (numbers.readUInt16BE(6) % 60_000) };
  const ruleId = `sgr-${id.toString('hex').slice(0, 17)}`;
  const extent = extentOf(rule, new Map());
  return { policyId: 'other', ruleId, extent, ...times, taskId: taskId.toString('hex', 0, 16) };
}

const clocksIn = ({ world }: TestWorld) => readClocks(world.ledger, homeTarget(world.config), GROUP);

async function write({ world }: TestWorld, clocks: readonly Clock[]) {
  const place = homeTarget(world.config);
  const read = await readClocks(world.ledger, place, GROUP);
  return writeClocks(world.ledger, place, GROUP, { ...read, clocks }, world.now());
}

/** A group with as many clocks as there is room for. */
async function full(): Promise<TestWorld> {
  const made = makeWorld([]);
  const policies = [policyOf('ssh', [22], 'revoke', { grace: '10m' })];
  const test = { ...made, world: { ...made.world, policies } };
  const at = test.world.now().getTime();
  const own = { ...anyClock(at, 6000), policyId: 'ssh', ruleId: 'sgr-0ssh' };
  const extent = extentOf(parseRule(ssh), new Map());
  const mine = { ...own, extent, startedAt: at - 60_000, madeAt: at - 60_000, seenAt: at - 60_000 };
  const others = Array.from({ length: 6000 }, (_, n) => anyClock(at, n));
  const fill = async (clocks: readonly Clock[], kind: (index: number) => Clock, first: number) => {
    let count = 0;
    const upTo = (most: number) => [...clocks, ...Array.from({ length: most }, (_, index) => kind(index))];
    for (let step = first; step >= 1; step = Math.floor(step / 2)) {
      while ((await write(makeWorld([]), upTo(count + step))).isFull !== true) count += step;
    }
    return upTo(count);
  };
  const many = await fill([mine], (index) => others[index] ?? mine, 1024);
  // What is small fills the gap.
  await write(test, await fill(many, (index) => ({ ...mine, policyId: 'filler', ruleId: `${index}` }), 16));
  return test;
}

it('are thousands, however little of them can be packed, and never more than an item may hold', async () => {
  const test = makeWorld([]);
  const clocks = Array.from({ length: 3600 }, (_, n) => anyClock(test.world.now().getTime(), n));
  expect(await write(test, clocks)).toEqual({ clocks, version: 1 });

  const more = [...clocks, ...Array.from({ length: 2400 }, (_, n) => anyClock(0, 3600 + n))];
  const answer = await write(test, more);
  expect(answer).toEqual({ clocks, version: 1, isFull: true });

  // What is there is still updated.
  const { world } = test;
  const seen = clocks.map((clock) => ({ ...clock, seenAt: clock.seenAt + 1234 }));
  await writeClocks(world.ledger, homeTarget(world.config), GROUP, { ...answer, clocks: seen }, world.now());
  expect(await clocksIn(test)).toEqual({ clocks: seen, version: 2 });
});

it('push none out when there is no room: a new rule is closed at once, and an older one keeps its time', async () => {
  const test = await full();
  addRule(test.account, { GroupId: GROUP, ...ssh });
  const other = tcp('sgr-0six', 22, { CidrIpv6: '::/0' });
  addRule(test.account, { GroupId: GROUP, ...other });
  await reconcile(test.world, makeEvent([other], { eventID: 'event-six' }));
  expect(left(test)).toEqual(['sgr-0ssh']);
  expect(subjects(test)).toEqual([expect.stringContaining('Still open by another rule: SSH')]);

  await reconcile(test.world, makeEvent([ssh]));
  expect(left(test)).toEqual(['sgr-0ssh']);
  const due = await listDue(test.world.ledger, homeTarget(test.world.config));
  expect(due).toMatchObject([{ id: 'event-1', until: '2026-06-01T12:10:30.000Z' }]);
});
