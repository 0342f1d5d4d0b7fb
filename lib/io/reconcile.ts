// One event, from what it says to what is told: the groups it is about, one after the other.
import { createHash } from 'node:crypto';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Change, type Changed, parseChange, type Unchanged } from '../change/change.ts';
import { homeAccount } from '../config.ts';
import { joinPlans } from '../plan/plan.ts';
import { changeJson } from '../report/json.ts';
import { affected } from './affected-groups.ts';
import type { PrefixListCache } from './aws/prefix-lists.ts';
import { inCourse } from './event-checkpoint.ts';
import { remediate } from './remediate.ts';
import { inShort, nothing, type Remediation } from './remediation.ts';
import type { World } from './world.ts';

/** The event belongs to an account or region that this deployment does not work in. */
export class ForeignEventError extends Error {
  override readonly name = 'ForeignEventError';
}

/**
 * Judges the live state of what the event is about, acts on it and tells people. Throws EventError for what cannot
 * be read, ForeignEventError, NotVisibleError, BusyError, whatever AWS answers to reads, to the ledger and to the publish,
 * RevocationError, and AggregateError for several of these.
 */
export async function reconcile(world: World, event: unknown): Promise<Remediation> {
  const change = parseChange(event);
  world.logger.info('change', { change: changeJson(change) });
  world.metrics.addMetric('events', MetricUnit.Count, 1);
  if (change.kind === 'none') return nothing(change);
  refuseForeign(world, change);
  if (isOwn(world, change)) return nothing(asUnchanged(change));
  const lists: PrefixListCache = new Map();
  const parts: Remediation[] = [];
  // One group after the other, so that a prefix list with many users does not empty EC2's buckets; and every one,
  // because what fails in one group says nothing of the next.
  const errors = await inCourse(world, nameOf(change), await affected(world, change), async (one) => {
    parts.push(await remediate(world, { change: one, id: idOf(one), lists }));
  });
  if (errors.length > 1) {
    throw new AggregateError(errors, `in ${errors.length} groups: ${inShort(errors.map(String))}`);
  }
  if (errors.length === 1) throw errors[0];
  return join(change, parts);
}

const OWN = 'the bot added what may stay of a rule that it trimmed';

/**
 * True for the rules that stay of a trimmed one. They were judged when they were made, as the change of who made the
 * rule: judged again, as the bot's, they would lose the exceptions for that person.
 */
function isOwn({ config }: World, { eventName, actor }: Changed): boolean {
  return (
    eventName.startsWith('Authorize') && config.roleArn !== undefined && actor.roleArn === config.roleArn
  );
}

function asUnchanged({
  group: _group,
  direction: _direction,
  rules: _rules,
  ...circumstances
}: Changed): Unchanged {
  return { ...circumstances, kind: 'none', reason: OWN };
}

/** What a remediation is called: the same for every delivery of the event, and another for each group of an event about several. */
function idOf(change: Changed): string {
  const { group, rules } = change;
  const event = nameOf(change);
  const isOfSeveral = rules.by === 'prefix-list' || rules.by === 'tags';
  return isOfSeveral && group?.by === 'id' ? `${event}/${group.id}` : event;
}

/** The same for every delivery of the event. */
function nameOf(change: Changed): string {
  return (
    change.eventId ??
    createHash('sha256')
      .update(JSON.stringify(changeJson(change)))
      .digest('hex')
  );
}

function refuseForeign({ config }: World, { accountId, region }: Changed): void {
  const home = homeAccount(config);
  if (accountId !== undefined && accountId !== home) {
    throw new ForeignEventError(`the event is from account ${accountId}, this deployment works in ${home}`);
  }
  if (region !== undefined && region !== config.region) {
    throw new ForeignEventError(
      `the event is from region ${region}, this deployment works in ${config.region}`,
    );
  }
}

function join(change: Change, parts: readonly Remediation[]): Remediation {
  return {
    change,
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
    plan: joinPlans(parts.map(({ plan }) => plan)),
    outcomes: parts.flatMap(({ outcomes }) => outcomes),
    messages: parts.flatMap(({ messages }) => messages),
  };
}
