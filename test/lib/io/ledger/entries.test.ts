// The ledger on two DynamoDBs: dynalite, which knows expressions, reserved words and indexes as AWS does, with the table
// as it is deployed, and the sandbox, which must not promise more than that.
import { randomBytes } from 'node:crypto';
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { asError } from '../../../../lib/io/aws/errors.ts';
import { claim, countOne, readClaim } from '../../../../lib/io/ledger/claims.ts';
import { type Ledger, load, save } from '../../../../lib/io/ledger/entries.ts';
import { type HistoryEntry, readHistory } from '../../../../lib/io/ledger/history.ts';
import { getItem } from '../../../../lib/io/ledger/items.ts';
import {
  loadRestoration,
  type Restoration,
  saveRestoration,
} from '../../../../lib/io/ledger/restorations.ts';
import { remember } from '../../../../lib/io/ledger/sliding-window.ts';
import { BusyError } from '../../../../lib/remediation/errors.ts';
import type { Entry } from '../../../../lib/remediation/state.ts';
import { NOTHING_NOTED } from '../../../../lib/remediation/write-ahead-note.ts';
import { makeMessage } from '../../../../lib/report/message.ts';
import { createAccount, dynamoOf } from '../../../../lib/sandbox/index.ts';
import { startTables, type Tables } from '../../../faults/table.ts';
import { makeFacts, SSH_FROM_ANYWHERE } from '../../report/facts.ts';
import { fullTags, left, makeEvent, makeWorld, reconcile, tcp } from '../world.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

function inSandbox(): Ledger {
  const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
  // Every page of a query has two, so that a list of three has to be read on.
  account.pageSize = 2;
  return { client: dynamoOf(account), table: 'ledger' };
}

function entry(id: string, time = '2026-06-01T12:00:00.000Z'): Entry {
  const { record } = makeMessage(makeFacts());
  const group = { id: 'sg-0web', name: 'web', ownerId: '111122223333', vpcId: undefined, tags: {} };
  const snapshot = {
    group,
    rules: [SSH_FROM_ANYWHERE],
    changed: ['sgr-0ssh'],
    prefixLists: {},
    policies: [],
    protected: [],
    trimLimit: 0,
    judgedAt: time,
  };
  const checks = { holds: [], recurring: [] };
  return {
    id,
    target: { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' },
    state: 'planned',
    note: NOTHING_NOTED,
    time,
    leaseUntil: 0,
    isComplete: true,
    snapshot,
    checks,
    record,
  };
}

function restoration(of: string, time: string): Restoration {
  const group = { id: 'sg-0web', name: 'web' };
  const place = { accountId: '111122223333', region: 'eu-west-1', group };
  return {
    id: `restore/${of}/${time}`,
    of,
    state: 'intent',
    time,
    ...place,
    rules: [{ rule: SSH_FROM_ANYWHERE }],
  };
}

async function all(entries: AsyncGenerator<HistoryEntry>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { kind, id } of entries) found.push(`${kind} ${id}`);
  return found;
}

const HOMES = [
  ['dynalite', () => tables.make()],
  ['the sandbox', async () => inSandbox()],
] as const;

describe.each(HOMES)('the ledger on %s', (_, home) => {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await home();
  });

  it('gives back what was written', async () => {
    const stored = await save(ledger, entry('one'));

    // As it comes back: JSON has no members that are undefined.
    expect(await load(ledger, 'one')).toEqual(JSON.parse(JSON.stringify(stored)));
    expect(stored.version).toBe(1);
  });

  it('has nothing of what was never written', async () => {
    expect(await load(ledger, 'none')).toBeUndefined();
  });

  it('lets only one of two begin', async () => {
    await save(ledger, entry('one'));

    await expect(save(ledger, entry('one'))).rejects.toThrow(BusyError);
  });

  it('lets only one of two go on from the same state', async () => {
    const read = await save(ledger, entry('one'));
    const first = await save(ledger, { ...read, state: 'resolved' });

    await expect(save(ledger, { ...read, state: 'notified' })).rejects.toThrow(BusyError);
    expect(first.version).toBe(2);
    expect((await load(ledger, 'one'))?.state).toBe('resolved');
  });

  it('counts, from nothing on', async () => {
    const until = new Date('2026-06-02T00:00:00Z');

    expect(await countOne(ledger, 'mails', until)).toBe(1);
    expect(await countOne(ledger, 'mails', until)).toBe(2);
  });

  it('remembers the ids that came lately, and forgets each after its time', async () => {
    const length = 20 * 60_000;
    const at = (time: string) => ({ now: new Date(`2026-06-01T${time}Z`), length });

    expect(await remember(ledger, 'recurring', ['a', 'b', 'a'], at('12:00:00'))).toEqual(['a', 'b']);
    expect(await remember(ledger, 'recurring', ['b', 'c'], at('12:10:30'))).toEqual(['a', 'b', 'c']);
    expect(await remember(ledger, 'recurring', ['c'], at('12:19:59'))).toEqual(['a', 'b', 'c']);
    expect(await remember(ledger, 'recurring', ['c'], at('12:20:00'))).toEqual(['b', 'c']);
    expect(await remember(ledger, 'recurring', ['d'], at('12:40:00'))).toEqual(['d']);
    const item = await getItem(ledger, 'recurring');
    // What is forgotten takes no room, and nothing goes before it is forgotten.
    expect(item?.ids?.SS).toHaveLength(1);
    expect(Number(item?.expiresAt?.N)).toBeGreaterThanOrEqual(Date.parse('2026-06-01T12:50:30Z') / 1000);
  });

  it('keeps an id once, however often it comes', async () => {
    const at = (second: number) => ({ now: new Date(Date.UTC(2026, 5, 1, 12, 0, second)), length: 60_000 });
    for (const second of [0, 10, 20]) {
      expect(await remember(ledger, 'recurring', ['a', 'b'], at(second))).toHaveLength(2);
    }

    expect((await getItem(ledger, 'recurring'))?.ids?.SS).toHaveLength(2);
    // It is forgotten a while after it came last.
    expect(await remember(ledger, 'recurring', ['c'], at(79))).toHaveLength(3);
  });

  it('of many who add ids at once, the last sees all', async () => {
    const memory = { now: new Date('2026-06-01T12:00:00Z'), length: 60_000 };
    const ids = Array.from({ length: 20 }, (_, i) => `sgr-${i}`);
    const counts = await Promise.all(
      ids.map(async (id) => (await remember(ledger, 'recurring', [id], memory)).length),
    );

    expect(counts.toSorted((a, b) => a - b)).toEqual(ids.map((_, i) => i + 1));
  });

  it.each([
    [399 * 1024, 'takes'],
    [401 * 1024, 'refuses'],
  ])('of %i bytes an item it %s', async (size, verb) => {
    const Item = { id: { S: 'large' }, body: { B: randomBytes(size) } };
    const answer = await ledger.client
      .send(new PutItemCommand({ TableName: ledger.table, Item }))
      .catch(asError);

    expect(answer instanceof Error ? answer.name : 'taken').toBe(
      verb === 'takes' ? 'taken' : 'ValidationException',
    );
  });

  it('gives a name to the first that claims it, each time it asks', async () => {
    const now = new Date('2026-06-01T12:00:00Z');
    const until = new Date('2026-06-02T00:00:00Z');

    const claims = [];
    for (const by of ['a', 'b', 'a']) claims.push(await claim(ledger, 'name', by, { now, until }));

    expect(claims).toEqual([true, false, true]);
  });

  it('gives a name to somebody else when its time is over', async () => {
    const morning = new Date('2026-06-01T06:00:00Z');
    const noon = new Date('2026-06-01T12:00:00Z');
    const until = new Date('2026-06-02T00:00:00Z');
    await claim(ledger, 'name', 'a', { now: morning, until: noon });

    expect(await readClaim(ledger, 'name', morning)).toEqual({ by: 'a', until: noon });
    expect(await readClaim(ledger, 'name', noon)).toBeUndefined();
    expect(await claim(ledger, 'name', 'b', { now: noon, until })).toBe(true);
  });

  it('lists remediations and restores, the newest first, and counters never', async () => {
    await save(ledger, entry('first', '2026-06-01T12:00:00.000Z'));
    await save(ledger, entry('third', '2026-06-03T12:00:00.000Z'));
    await save(ledger, entry('second', '2026-06-02T12:00:00.000Z'));
    await saveRestoration(ledger, restoration('first', '2026-06-02T18:00:00.000Z'));
    await countOne(ledger, 'mails', new Date('2026-06-02T00:00:00Z'));

    expect(await all(readHistory(ledger))).toEqual([
      'remediation third',
      'restore restore/first/2026-06-02T18:00:00.000Z',
      'remediation second',
      'remediation first',
    ]);
    expect(await all(readHistory(ledger, '2026-06-02'))).toHaveLength(3);
    expect(await all(readHistory(ledger, '2026-06-04'))).toEqual([]);
  });

  it('lists the state as it is now', async () => {
    const read = await save(ledger, entry('one'));
    await save(ledger, { ...read, state: 'resolved' });

    for await (const entry of readHistory(ledger)) expect(entry.state).toBe('resolved');
  });

  it('holds a restore: first the intent, once, and then what came of it', async () => {
    const intent = restoration('one', '2026-06-01T13:00:00.000Z');
    await saveRestoration(ledger, intent);
    await expect(saveRestoration(ledger, intent)).rejects.toThrow('conditional');
    const done: Restoration = {
      ...intent,
      state: 'restored',
      rules: [{ rule: SSH_FROM_ANYWHERE, outcome: 'restored' }],
    };
    await saveRestoration(ledger, done);

    expect(await loadRestoration(ledger, intent.id)).toEqual(done);
  });

  it('has no outcome of a restore without its intent', async () => {
    const done: Restoration = { ...restoration('one', '2026-06-01T13:00:00.000Z'), state: 'restored' };

    await expect(saveRestoration(ledger, done)).rejects.toThrow('conditional');
  });
});

it.each([
  [undefined, 400],
  [30, 30],
])('an entry of a ledger that keeps it for %s days expires after %i', async (days, kept) => {
  const ledger = { ...inSandbox(), ...(days === undefined ? {} : { days }) };
  await save(ledger, entry('a', '2026-06-01T12:00:00.000Z'));

  const item = await getItem(ledger, 'a');
  const seconds = Date.parse('2026-06-01T12:00:00Z') / 1000 + kept * 86_400;
  expect(item?.expiresAt?.N).toBe(`${seconds}`);
});

describe('an item of the table', () => {
  it('holds a change of a group whose other rules are full of tags, so that nobody can keep a rule open by tags', async () => {
    const ssh = { ...tcp('sgr-0ssh', 22), Tags: fullTags() };
    const others = Array.from({ length: 59 }, (_, i) => {
      const rule = tcp(`sgr-0${i}`, 8000 + i, { CidrIpv4: '10.0.0.0/8' });
      return { ...rule, Tags: fullTags() };
    });
    const test = makeWorld([...others, ssh]);
    const world = { ...test.world, ledger: await tables.make() };

    await reconcile(world, makeEvent([ssh]));

    expect(left(test)).not.toContain('sgr-0ssh');
    expect((await load(world.ledger, 'event-1'))?.record.findings).toMatchObject([{ rule: ssh }]);
  });
});

describe('an item of a change', () => {
  it('of sixty rules full of tags is written too', async () => {
    const rules = Array.from({ length: 60 }, (_, i) => ({
      ...tcp(`sgr-0${i}`, 3306 + i),
      ToPort: 5000,
      Tags: fullTags(),
    }));
    const test = makeWorld(rules);

    const world = { ...test.world, ledger: await tables.make() };
    const logged = vi.spyOn(world.logger, 'info');

    await reconcile(world, makeEvent(rules));

    expect(left(test)).toEqual([]);
    const record = (await load(world.ledger, 'event-1'))?.record;
    expect(record?.findings.map(({ omittedTags }) => omittedTags)).toEqual(rules.map(() => 50));
    expect(JSON.stringify(logged.mock.calls).match(/"Key":/g)?.length).toBeGreaterThanOrEqual(60 * 50);
  });
});

describe('dynalite', () => {
  it('refuses a reserved word, as DynamoDB does: else these tests would not tell', async () => {
    const { client, table } = await tables.make();
    const query = new QueryCommand({
      TableName: table,
      IndexName: 'byTime',
      KeyConditionExpression: 'kind = :kind AND time >= :since',
      ExpressionAttributeValues: { ':kind': { S: 'remediation' }, ':since': { S: '0' } },
    });

    await expect(client.send(query)).rejects.toThrow('reserved keyword: time');
  });

  it('refuses a key of the wrong type', async () => {
    const { client, table } = await tables.make();
    const Item = { id: { S: 'one' }, kind: { S: 'remediation' }, time: { N: '1' } };

    await expect(client.send(new PutItemCommand({ TableName: table, Item }))).rejects.toThrow(
      'Type mismatch',
    );
  });
});
