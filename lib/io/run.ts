// The interpreter of the remediation machine: performs its commands side by side, and feeds back what was seen, in command
// order. It decides nothing.
import { randomUUID } from 'node:crypto';
import type { Command, Observation } from '../remediation/command.ts';
import { next } from '../remediation/next.ts';
import { begin, observe } from '../remediation/observe.ts';
import type { Attempt, Task } from '../remediation/state.ts';
import type { Target } from '../target.ts';
import { findByName, findGroupOfRule, readGroup, readRules } from './aws/ec2.ts';
import { asError } from './aws/errors.ts';
import { add, revoke } from './aws/mutations.ts';
import { type PrefixListCache, readPrefixLists } from './aws/prefix-lists.ts';
import { publish } from './aws/sns.ts';
import { readAssociations, readVpcBlocks } from './aws/vpcs.ts';
import { announce, confirmAnnounced, isFirstToMiss } from './ledger/announcements.ts';
import { askBreaker, uncount } from './ledger/breaker.ts';
import { readClocks, writeClocks } from './ledger/clocks.ts';
import { loadCovers, loadProgress, saveOwn } from './ledger/entries.ts';
import { scheduleEvidence } from './ledger/evidence.ts';
import { readFingerprints } from './ledger/fingerprints.ts';
import { findLeaning } from './ledger/leaning.ts';
import { hasMailRoom } from './ledger/mail-budget.ts';
import { waitForSlot } from './ledger/mail-rate-limit.ts';
import { noteModified } from './ledger/modified-rules.ts';
import { countRecurrence } from './ledger/recurring-rules.ts';
import { logEntry } from './log.ts';
import { clientsFor, type World } from './world.ts';

/** Far more than any try takes: 1,000 rules halved down to single ones take about 2,000 calls. */
const MOST_ROUNDS = 10_000;

/** Milliseconds that are left to whoever runs it, to go on with others. */
const LEAST_TIME = 1000;

/**
 * Drives one remediation to the end of its try; what failed is in the attempt's end. It never throws and never takes longer than it may:
 * whatever is wrong with one group keeps no other waiting.
 */
export async function run(world: World, task: Task, lists: PrefixListCache): Promise<Attempt> {
  let attempt = begin(task, randomUUID(), world.now(), world.timeLeft());
  try {
    for (let round = 0, commands = next(attempt); commands.length > 0; round += 1, commands = next(attempt)) {
      if (round > MOST_ROUNDS || world.timeLeft() < LEAST_TIME) {
        throw new Error(`${task.id} does not end: ${commands.map((one) => one.do)}`);
      }
      const seen = await Promise.all(commands.map((command) => perform(world, task.target, lists, command)));
      const time = { now: world.now(), timeLeft: world.timeLeft() };
      attempt = seen.reduce((before, observation) => observe(before, { ...observation, ...time }), attempt);
    }
    return attempt;
  } catch (error) {
    return { ...attempt, end: { kind: 'failed', error: asError(error) } };
  }
}

/** What was seen of a command; a call that failed is an observation, too. */
function perform(
  world: World,
  target: Target,
  lists: PrefixListCache,
  command: Command,
): Promise<Observation> {
  return execute(world, target, lists, command).catch((error) => ({
    saw: 'error',
    of: command.do,
    error: asError(error),
  }));
}

async function execute(
  world: World,
  target: Target,
  lists: PrefixListCache,
  command: Command,
): Promise<Observation> {
  const { ledger, config } = world;
  const { ec2 } = clientsFor(world, target);
  switch (command.do) {
    case 'load':
      return { saw: 'progress', progress: await loadProgress(ledger, command) };
    case 'find':
      return { saw: 'group', snapshot: await find(ec2, target, command.change) };
    case 'read':
      return { saw: 'group', snapshot: await read(ec2, command) };
    case 'read-fingerprints':
      return { saw: 'fingerprints', fingerprints: await readFingerprints(ledger, target, command) };
    case 'note-modified':
      await noteModified(ledger, target, command, world.now());
      return { saw: 'modified-noted' };
    case 'read-lists':
      return { saw: 'lists', lists: await readPrefixLists(ec2, command.ids, target.accountId, lists) };
    case 'read-clocks':
      return { saw: 'clocks', clocks: await readClocks(ledger, target, command.groupId) };
    case 'load-covers':
      return { saw: 'covers', covers: await loadCovers(ledger, command.taskIds) };
    case 'write-clocks': {
      const { groupId, clocks } = command;
      return { saw: 'clocks', clocks: await writeClocks(ledger, target, groupId, clocks, world.now()) };
    }
    case 'read-associations':
      return { saw: 'associations', associations: await readAssociations(ec2, command.groupId) };
    case 'read-vpcs':
      return { saw: 'vpcs', blocks: await readVpcBlocks(ec2) };
    case 'wait':
      await world.wait(command.milliseconds);
      return { saw: 'waited' };
    case 'write':
      logEntry(world, command);
      return { saw: 'written', entry: await saveOwn(ledger, command.entry) };
    case 'count':
      return {
        saw: 'counted',
        admission: await askBreaker(ledger, target, command.request, config, world.now()),
      };
    case 'uncount':
      await uncount(ledger, target, command.members);
      return { saw: 'uncounted' };
    case 'count-recurrence':
      return { saw: 'recurrence', recurring: await countRecurrence(world, command.rules) };
    case 'count-mail':
      return { saw: 'mail-counted', hasRoom: await hasMailRoom(world, target, command.severity) };
    case 'revoke':
      return { saw: 'revoked', batch: command.batch, answer: await revoke(ec2, command.batch) };
    case 'add':
      return { saw: 'added', rules: command.rules, answer: await add(ec2, command.rules, command.tags) };
    case 'find-leaning':
      return { saw: 'leaning', leaning: await findLeaning(ledger, command) };
    case 'withdraw':
      return { saw: 'withdrawn', batch: command.batch, answer: await revoke(ec2, command.batch) };
    case 'read-surroundings': {
      if (world.readSurroundings === undefined) throw new Error('nothing here reads surroundings');
      const { groupId, isWithFlowLogs } = command;
      return { saw: 'surroundings', ...(await world.readSurroundings(ec2, groupId, isWithFlowLogs)) };
    }
    case 'claim-notice':
      return { saw: 'notice-claimed', isNews: await isFirstToMiss(world, target, command) };
    case 'announce':
      return { saw: 'announced', checks: await announce(world, target, command) };
    case 'confirm-announced':
      await confirmAnnounced(world, target, command);
      return { saw: 'confirmed' };
    case 'publish':
      await waitForSlot(world);
      await publish(world, command.message);
      return { saw: 'published', message: command.message };
    case 'schedule-evidence':
      await scheduleEvidence(ledger, command.scheduled).catch((error) => {
        world.logger.error('nobody will ask flow logs who came in', { error });
      });
      return { saw: 'confirmed' };
  }
}

/** Both, or only the rules of a group that is known. */
async function read(ec2: World['ec2'], { groupId, group }: Extract<Command, { do: 'read' }>) {
  if (group !== undefined) return { group, rules: await readRules(ec2, groupId) };
  return (await readGroup(ec2, groupId)) ?? null;
}

/** The group of an event that names it by name, or by its rules alone. */
async function find(
  ec2: World['ec2'],
  { accountId }: Target,
  { group, rules }: Extract<Command, { do: 'find' }>['change'],
) {
  const ids = rules.by === 'id' ? rules.ids : [];
  const groupId =
    group?.by === 'name' ? await findByName(ec2, group.name, accountId) : await findGroupOfRule(ec2, ids);
  return groupId === undefined ? null : ((await readGroup(ec2, groupId)) ?? null);
}
