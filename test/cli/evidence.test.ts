// `portcullis evidence` as its users run it, on the sandbox over HTTP.
import { beforeEach, describe, expect, it } from 'vitest';
import { fail } from '../../lib/sandbox/index.ts';
import { makeEvent, makeWorld, reconcile, ssh, type TestWorld } from '../lib/io/world.ts';
import { addInstance, addPublicSubnet } from '../lib/sandbox/network.ts';
import { onAccount } from './portcullis.ts';

const OPENED = Date.parse('2026-06-01T12:00:00Z') / 1000;

let story: TestWorld;
const evidence = (...words: readonly string[]) => onAccount(story.account, ['evidence', ...words]);

/** The rule was revoked by a deployment that may ask these log groups. */
async function play(flowLogs: readonly string[]): Promise<void> {
  story = makeWorld([ssh]);
  const { account, world } = story;
  addPublicSubnet(account);
  addInstance(account, 1, ['sg-0web'], '203.0.113.7');
  account.network.flowLogs.push({
    ...{ FlowLogId: 'fl-1', ResourceId: 'vpc-0abc', LogGroupName: 'flows', FlowLogStatus: 'ACTIVE' },
  });
  const packet = `9.9.9.77 10.0.0.1 50000 22 6 5 300 ${OPENED} ${OPENED + 60}`;
  const event = { timestamp: OPENED * 1000, message: `2 111122223333 eni-01 ${packet} ACCEPT OK` };
  account.logGroups.set('flows', new Map([['eni-01-all', [event]]]));
  await reconcile({ ...world, config: { ...world.config, flowLogs } }, makeEvent([ssh]));
}

beforeEach(() => play(['flows']));

describe('portcullis evidence', () => {
  it('says who came in, and what to do', async () => {
    const { status, stdout } = await evidence('event-1');

    expect(status).toBe(1);
    expect(stdout).toMatchInlineSnapshot(`
      "While the rule was open, packets from 1 address got through. Flow logs show no answer to them.
        9.9.9.77  tcp/22  on i-01 (web-1)  no answer seen  5 packets, 300 bytes in
      Looked at VPC Flow Logs from 2026-06-01 12:00 UTC to 2026-06-01 12:02 UTC.
      Check whether anything listens there.
      "
    `);
  });

  it('answers JSON for machines, with what was asked', async () => {
    const { stdout } = await evidence('event-1', '--format', 'json');

    expect(JSON.parse(stdout)).toMatchObject({
      id: 'event-1',
      question: { interfaces: [{ id: 'eni-01' }] },
      evidence: { grade: 'accepted', counts: { accepted: 1 }, gaps: [] },
    });
  });

  it('asks of interfaces that were there when the rule was closed, though they are gone now', async () => {
    story.account.network.interfaces.length = 0;

    expect((await evidence('event-1')).stdout).toContain('9.9.9.77');
  });

  it('asks of the interfaces of now where no question was stored, and says so', async () => {
    await play([]);
    const { status, stdout } = await evidence('event-1');

    expect(status).toBe(1);
    expect(stdout).toContain('packets from 1 address got through');
    expect(stdout).toContain('There may be more: these are the interfaces and rules of now');
  });

  it('says that nobody is seen, and ends with 0, where all records are there', async () => {
    const [[, events] = []] = story.account.logGroups.get('flows') ?? [];
    const quiet = (events ?? []).map((event) => ({
      ...event,
      message: event.message.replace(' 22 ', ' 443 '),
    }));
    story.account.logGroups.set('flows', new Map([['eni-01-all', quiet]]));
    const { status, stdout } = await evidence('event-1');

    expect(status).toBe(0);
    expect(stdout).toContain('Flow logs show no packets that got through while the rule was open.');
  });

  it('says what it cannot read, and does not end with 0', async () => {
    fail(story.account, 'FilterLogEvents', 'AccessDeniedException');
    const { status, stdout } = await evidence('event-1');

    expect(status).toBe(1);
    expect(stdout).toContain('There may be more: log group flows cannot be read: AccessDeniedException.');
  });

  it.each([
    ['a record that is not there', 'event-2', 'no record `event-2` in the ledger'],
    ['an id that is too short', 'ev', 'give at least 8 characters'],
  ])('refuses %s', async (_, id, message) => {
    const { status, stderr } = await evidence(id);

    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it('refuses a record of which nothing is gone', async () => {
    const kept = makeWorld([ssh], 'dry-run');
    await reconcile(kept.world, makeEvent([ssh]));
    story = kept;
    const { status, stderr } = await evidence('event-1');

    expect(status).toBe(2);
    expect(stderr).toContain('no inbound rule of `event-1` was revoked');
  });
});
