// The whole path once for each call to AWS as the point of failure, and there for each fault, with retries as the lanes
// do them: the first delivery, then five from the retry queue, twelve minutes apart. Whatever happens, the end is good.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ledger, load } from '../../lib/io/ledger/entries.ts';
import type { World } from '../../lib/io/world.ts';
import type { Stored } from '../../lib/remediation/state.ts';
import { addRule, inForce } from '../../lib/sandbox/index.ts';
import { GROUP, makeEvent, makeWorld, policyOf, reconcile, type TestWorld, tcp } from '../lib/io/world.ts';
import { errorOf, FAULTS, type Fault, seeing, wrap } from './fault.ts';
import { startTables, type Tables } from './table.ts';

const ssh = { ...tcp('sgr-0ssh', 22), Description: 'temporary', Tags: [{ Key: 'team', Value: 'web' }] };
const mysql = tcp('sgr-0mysql', 3306);
/** What somebody opens meanwhile, by an event of its own. */
const later = { ...tcp('sgr-0later', 3306, { CidrIpv6: '::/0' }), GroupId: GROUP };
const wide = { ...tcp('sgr-0wide', 20), ToPort: 25 };

interface Scenario {
  readonly name: string;
  readonly rules: readonly AwsSecurityGroupRule[];
  readonly action: string;
  readonly mode?: 'dry-run';
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'two rules are revoked', rules: [ssh, mysql], action: 'revoke' },
  { name: 'a rule is trimmed', rules: [wide], action: 'trim' },
  { name: 'people are notified of a rule', rules: [ssh], action: 'notify' },
  { name: 'a dry run', rules: [ssh], action: 'revoke', mode: 'dry-run' },
];

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(async () => {
  await tables.close();
});

interface Run {
  readonly test: TestWorld;
  readonly event: object;
  readonly id: string;
  readonly ledger: Ledger;
  /** The calls of the first delivery. */
  readonly calls: readonly string[];
  /** Whether the event ended among the dead letters. */
  readonly isDead: boolean;
}

let runs = 0;

function makeRun({ rules, action, mode = 'enforce' as never }: Scenario, ledger: Ledger) {
  const test = makeWorld(rules, mode);
  runs += 1;
  const id = `event-${runs}`;
  let passed = 0;
  const world: World = {
    ...test.world,
    policies: [policyOf(`${action}-it`, [22, 3306], action)],
    ledger,
    now: () => new Date(test.world.now().getTime() + passed),
  };
  const pass = (milliseconds: number) => {
    passed += milliseconds;
  };
  return { test, id, world, pass, event: makeEvent(rules, { eventID: id }) };
}

async function run(scenario: Scenario, point?: number, fault?: Fault): Promise<Run> {
  const { test, id, world, pass, event } = makeRun(scenario, await tables.make());
  const tape = { calls: [] as string[] };
  const beside = async () => {
    if (fault === 'a second delivery begins') await reconcile(world, event).catch(() => undefined);
    if (fault === 'somebody removes the rules') test.account.rules = [];
    if (fault === 'a later event overtakes it') {
      addRule(test.account, later);
      await reconcile(world, makeEvent([later], { eventID: `${id}-later` }));
    }
  };
  const first =
    point === undefined || fault === undefined
      ? wrap(world, tape)
      : wrap(world, tape, { point, fault, pass, beside });
  let isDone = await delivered(first, event);
  const calls = [...tape.calls];
  const lanes = fault === 'denied' ? denying(world, calls[point ?? 0] ?? '') : world;
  for (let receive = 1; receive <= 5 && !isDone; receive += 1) {
    pass(720_000);
    isDone = await delivered(lanes, event, receive === 5);
  }
  return { test, event, id, ledger: world.ledger, calls, isDead: !isDone };
}

/** A denial stays until somebody fixes it: every later delivery meets it too. */
function denying(world: World, api: string): World {
  const deny = <Client extends { send: unknown }>(client: Client): Client =>
    seeing(client, async (called, _, send) => {
      if (called === api) throw errorOf('denied', api);
      return send();
    });
  const { ec2, sns, ledger } = world;
  return { ...world, ec2: deny(ec2), sns: deny(sns), ledger: { ...ledger, client: deny(ledger.client) } };
}

async function delivered(world: World, event: object, isLastTry = false): Promise<boolean> {
  try {
    await reconcile(world, event, isLastTry);
    return true;
  } catch {
    return false;
  }
}

describe.each(SCENARIOS)('$name', (scenario) => {
  it('ends closed, told once, and on record, whatever fails wherever', async () => {
    const clean = await run(scenario);
    const bad: string[] = [];
    for (const [point, api] of clean.calls.entries()) {
      for (const fault of FAULTS) {
        const wrong = await judgeEnd(
          scenario,
          { ...(await run(scenario, point, fault)), calls: clean.calls.slice(0, point + 1) },
          api,
          fault,
        );
        if (wrong !== undefined) bad.push(`${fault} at ${point} ${api}: ${wrong}`);
      }
    }
    expect(bad).toEqual([]);
  });
});

/** All that is known when every lane has been driven to its end. */
interface End {
  readonly scenario: Scenario;
  readonly api: string;
  readonly fault: Fault;
  readonly run: Run;
  readonly entry: Stored | undefined;
  /** How many rules still admit what is forbidden. */
  readonly open: number;
  readonly subjects: readonly string[];
}

async function judgeEnd(
  scenario: Scenario,
  run: Run,
  api: string,
  fault: Fault,
): Promise<string | undefined> {
  const { account } = run.test;
  const isOpen = ({ FromPort = 0, ToPort = 0 }) =>
    [22, 3306].some((port) => FromPort <= port && port <= ToPort);
  const end: End = {
    ...{ scenario, run, api, fault },
    entry: await load(run.ledger, run.id),
    open: inForce(account, GROUP).filter(isOpen).length,
    subjects: account.messages.map(({ subject }) => subject ?? ''),
  };
  return CLAIMS.map((claim) => claim(end)).find((wrong) => wrong !== undefined);
}

const stays = ({ scenario: { action, mode } }: End) => action === 'notify' || mode === 'dry-run';
/** Somebody else was faster, or a denial keeps everything as it is. */
const isSpecial = ({ fault }: End) => fault === 'denied' || fault === 'somebody removes the rules';
/** SNS has taken the message, and nothing that was alive could note it. */
const isUnknowable = ({ api, fault, run: { calls } }: End) =>
  (api === 'Publish' &&
    (fault === 'crash after' || fault === 'the answer is lost' || fault.startsWith('slow'))) ||
  (fault === 'crash before' && calls.at(-2) === 'Publish');

const CLAIMS: readonly ((end: End) => string | undefined)[] = [
  (end) =>
    !stays(end) && !isSpecial(end) && end.open < end.scenario.rules.length && end.entry === undefined
      ? 'a rule is gone that is not on record'
      : undefined,
  ({ run: { isDead }, fault }) => (isDead && fault !== 'denied' ? 'ended among the dead letters' : undefined),
  (end) => (!stays(end) && !isSpecial(end) && end.open > 0 ? 'still open' : undefined),
  (end) => {
    const {
      fault,
      run: { isDead },
      subjects,
      open,
    } = end;
    if (fault !== 'denied' || isDead || open === 0 || stays(end)) return undefined;
    const isTold = subjects.length === 1 && subjects[0]?.startsWith('ACTION: ');
    return isTold ? undefined : `denied, and told: ${subjects}`;
  },
  (end) =>
    !isSpecial(end) && end.entry?.state !== 'notified' ? `the ledger says ${end.entry?.state}` : undefined,
  (end) =>
    !isSpecial(end) && end.entry?.record.findings.length !== end.scenario.rules.length
      ? 'not all rules are on record'
      : undefined,
  ({ fault, entry }) =>
    fault !== 'somebody removes the rules' &&
    entry?.record.findings.some(({ outcome }) => outcome === 'absent')
      ? 'what the bot removed is called gone already'
      : undefined,
  (end) => {
    const overtaking = end.fault === 'a later event overtakes it' ? 1 : 0;
    const told = end.subjects.length - overtaking;
    const most = isUnknowable(end) ? 2 : 1;
    const fewest = end.entry?.state === 'notified' ? 1 : 0;
    return told < fewest || told > most ? `told ${told} times` : undefined;
  },
];
