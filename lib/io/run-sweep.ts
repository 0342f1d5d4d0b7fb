// The interpreter of the sweep's machine: performs its commands side by side, and feeds back what was seen, in command order. It
// decides nothing.
import { randomUUID } from 'node:crypto';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { homeTarget, type SweepMode } from '../config.ts';
import { hashPolicies } from '../remediation/fingerprints.ts';
import type { DigestRecord } from '../report/digest/digest.ts';
import type { SweepCommand, SweepObservation } from '../sweep/command.ts';
import { next } from '../sweep/next.ts';
import { begin, observe } from '../sweep/observe.ts';
import type { LoggedFinding, Remediated, SweepAttempt } from '../sweep/state.ts';
import { askTogether } from './ask-together.ts';
import { listGroupIds, readGroups } from './aws/ec2.ts';
import { asError } from './aws/errors.ts';
import { type PrefixListCache, readPrefixLists } from './aws/prefix-lists.ts';
import { publish } from './aws/sns.ts';
import { readAroundAll } from './aws/surroundings.ts';
import { readAssociations, readVpcBlocks } from './aws/vpcs.ts';
import { noteGroups } from './ledger/breaker.ts';
import { load } from './ledger/entries.ts';
import { findRecorded, readSeen, storeFingerprints } from './ledger/fingerprints.ts';
import { waitForSlot } from './ledger/mail-rate-limit.ts';
import { askGate } from './ledger/sweep-gate.ts';
import { loadSweepAndWant, saveSweep } from './ledger/sweep-state.ts';
import { knownToEntries } from './missed.ts';
import { run } from './run.ts';
import type { World } from './world.ts';

/** With 1,000 large rules in each group still far less than the function's memory. */
const BATCH = 50;

export interface SweepWorld extends World {
  readonly sweepMode: SweepMode;
}

/** Begins a sweep, or goes on with the one under way; with `isContinuation` only the latter. What failed is in the end. */
export async function runSweep(world: SweepWorld, isContinuation: boolean): Promise<SweepAttempt> {
  const { config, policies, sweepMode: mode } = world;
  const policiesHash = hashPolicies(policies);
  const settings = { target: homeTarget(config), config, policies, policiesHash };
  const task = { ...settings, mode, batch: BATCH, isContinuation };
  const lists: PrefixListCache = new Map();
  let attempt = begin(task, randomUUID(), world.now(), world.timeLeft());
  for (let commands = next(attempt); commands.length > 0; commands = next(attempt)) {
    const seen = await Promise.all(commands.map((command) => perform(world, lists, command)));
    const time = { now: world.now(), timeLeft: world.timeLeft() };
    attempt = seen.reduce((before, observation) => observe(before, { ...observation, ...time }), attempt);
  }
  return attempt;
}

/** What was seen of a command; a call that failed is an observation, too. */
function perform(
  world: SweepWorld,
  lists: PrefixListCache,
  command: SweepCommand,
): Promise<SweepObservation> {
  return execute(world, lists, command).catch((error) => ({
    saw: 'error',
    of: command.do,
    error: asError(error),
  }));
}

async function execute(
  world: SweepWorld,
  lists: PrefixListCache,
  command: SweepCommand,
): Promise<SweepObservation> {
  const { ec2, ledger } = world;
  switch (command.do) {
    case 'load':
      return { saw: 'sweep', ...(await loadSweepAndWant(ledger)) };
    case 'save':
      logFindings(world, command.findings);
      return { saw: 'saved', sweep: await saveSweep(ledger, command.sweep) };
    case 'list':
      return { saw: 'listed', groupIds: await listGroupIds(ec2) };
    case 'read-groups':
      return { saw: 'groups', snapshots: await readGroups(ec2, command.groupIds) };
    case 'read-lists':
      return {
        saw: 'lists',
        lists: await readPrefixLists(ec2, command.ids, homeTarget(world.config).accountId, lists),
      };
    case 'read-associations':
      return { saw: 'associations', associations: await readAssociations(ec2) };
    case 'read-vpcs':
      return { saw: 'vpcs', blocks: await readVpcBlocks(ec2) };
    case 'read-seen':
      return {
        saw: 'seen',
        seenBefore: await readSeen(ledger, homeTarget(world.config), command.base, command.groupIds),
      };
    case 'find-recorded':
      return { saw: 'recorded', recorded: await findRecorded(ledger, command) };
    case 'store-fingerprints':
      await storeFingerprints(ledger, command.generation, command.items, world.now());
      return { saw: 'fingerprinted' };
    case 'ask':
      return { saw: 'asked', ...(await askGate(world, command)) };
    case 'remediate':
      return { saw: 'remediated', remediated: await remediate(world, command) };
    case 'load-entry': {
      const entry = await load(ledger, command.id);
      return { saw: 'remediated', remediated: { groupId: command.groupId, entry, error: undefined } };
    }
    case 'wait':
      await world.wait(command.milliseconds);
      return { saw: 'waited' };
    case 'read-around':
      return { saw: 'around', ...(await readAroundAll(ec2, command.groupIds)) };
    case 'ask-together': {
      const { ids, told } = command;
      const target = homeTarget(world.config);
      return { saw: 'asked-together', evidence: await askTogether(world, target, ids, told) };
    }
    case 'find-entries':
      return { saw: 'entries', known: await knownToEntries(ledger, command.ruleIds, command.since) };
    case 'note-groups':
      await noteGroups(ledger, homeTarget(world.config), command.groups, world.now());
      return { saw: 'noted' };
    case 'log-totals':
      logTotals(world, command.record);
      return { saw: 'logged' };
    case 'publish':
      await waitForSlot(world);
      await publish(world, command.digest);
      return { saw: 'published', digest: command.digest };
  }
}

/** The end of a group's remediation, as the ledger has it. */
async function remediate(
  world: SweepWorld,
  { groupId, task }: Extract<SweepCommand, { do: 'remediate' }>,
): Promise<Remediated> {
  // What the sweep read at its start may have been edited since: what is acted on is read again.
  const { end } = await run(world, task, new Map());
  const error = end?.kind === 'failed' ? end.error : undefined;
  if (error) world.logger.error('the group could not be dealt with', { error, remediation: task.id });
  return { groupId, entry: await load(world.ledger, task.id), error };
}

function logFindings({ logger }: World, findings: readonly LoggedFinding[]): void {
  for (const { groupId, finding } of findings) logger.info('finding', { groupId, finding });
}

function logTotals({ logger, metrics }: World, record: DigestRecord): void {
  logger.info('sweep', { sweep: record });
  metrics.addMetric('sweeps', MetricUnit.Count, 1);
  metrics.addMetric('sweep-violations', MetricUnit.Count, record.counts.violations);
  const { undecided, alsoUndecided } = record.counts;
  metrics.addMetric('sweep-undecided', MetricUnit.Count, undecided + alsoUndecided);
  const missed = record.missed ?? [];
  if (record.missed !== undefined) metrics.addMetric('missed-by-event', MetricUnit.Count, missed.length);
}
