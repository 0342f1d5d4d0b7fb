// One event, from what it says to what is reported: the groups that it is about, one after the other.
import { createHash } from 'node:crypto';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Change, type Changed, type Omitted, parseChange, type Unchanged } from '../change/change.ts';
import { isForSome, wordsOf } from '../change/words.ts';
import { homeTarget } from '../config.ts';
import type { Verdict } from '../evaluate/evaluate.ts';
import { joinPlans, type Outcome, type Plan } from '../plan/plan.ts';
import { outcomesOf } from '../remediation/attribute.ts';
import { inShort } from '../remediation/errors.ts';
import { planOf, verdictsOf } from '../remediation/report-facts.ts';
import type { Attempt } from '../remediation/state.ts';
import { changeJson } from '../report/json.ts';
import type { Message } from '../report/message.ts';
import type { Target } from '../target.ts';
import { affected } from './affected-groups.ts';
import type { PrefixListCache } from './aws/prefix-lists.ts';
import { forEachGroup } from './event-checkpoint.ts';
import { wantSweep } from './ledger/sweep-state.ts';
import { run } from './run.ts';
import type { World } from './world.ts';

/** The event belongs to an account or region that this deployment does not work in. */
export class ForeignEventError extends Error {
  override readonly name = 'ForeignEventError';
}

/** All that one event led to, in however many groups. */
export interface Remediation {
  readonly change: Change;
  readonly verdicts: readonly Verdict[];
  readonly plan: Plan;
  readonly outcomes: readonly Outcome[];
  /** What was published: one message for each group that there was something to report of. */
  readonly messages: readonly Message[];
  /** Why the event must be tried again; undefined when it is done. */
  readonly error?: Error;
}

/**
 * Judges the live state of what the event is about, acts on it and reports. Throws EventError for what cannot be read,
 * ForeignEventError, and whatever AWS answers when the affected groups are looked up; what fails in a group is in the result.
 * With `isLastTry` nobody tries again if this fails.
 */
export async function reconcile(world: World, event: unknown, isLastTry: boolean): Promise<Remediation> {
  const change = parseChange(event);
  world.logger.info('change', { change: changeJson(change) });
  world.metrics.addMetric('events', MetricUnit.Count, 1);
  if (change.kind === 'none') return nothing(change);
  const target = homeTarget(world.config);
  refuseForeign(target, change);
  if (isOwn(world, change)) return nothing(asUnchanged(change, OWN));
  if (change.kind === 'omitted') return sweepFor(world, change);
  const changes = await affected(world, target, change);
  if (changes.length === 0 && isForSome(change.rules)) return nothing(asUnchanged(change, UNSEEN));
  const lists: PrefixListCache = new Map();
  const attempts: Attempt[] = [];
  // One group after the other, so that a prefix list with many users does not empty EC2's buckets; and every one,
  // because what fails in one group says nothing of the next.
  const errors = await forEachGroup(world, nameOf(change), changes, async (one) => {
    const { config, policies } = world;
    const settings = { target, config, policies };
    const task = { id: idOf(one), change: one, ...settings, isLastTry, isSilent: false, isAdmitted: false };
    const attempt = await run(world, task, lists);
    attempts.push(attempt);
    if (attempt.end?.kind === 'failed') throw attempt.end.error;
  });
  return join(change, attempts, errors);
}

const OWN = 'the bot added what may stay of a rule that it trimmed';
const UNSEEN = 'no policy looks at what it changes, or no such rule is left';

/**
 * True for the rules that stay of a trimmed one. They were judged when they were made, as the change of who made the
 * rule: judged again, as the bot's, they would lose the exceptions for that person.
 */
function isOwn({ config }: World, { eventName, actor }: Changed | Omitted): boolean {
  return (
    eventName.startsWith('Authorize') && config.roleArn !== undefined && actor.roleArn === config.roleArn
  );
}

function asUnchanged(change: Changed | Omitted, reason: string): Unchanged {
  const { eventName, eventId, time, accountId, region, actor } = change;
  return { kind: 'none', reason, eventName, eventId, time, accountId, region, actor };
}

/** Leaves a call that does not say what it is about to a sweep, which the next minute begins. */
async function sweepFor({ ledger, logger, metrics, now }: World, change: Omitted): Promise<Remediation> {
  // A time in the future would be wanted again and again.
  const time = Math.min(now().getTime(), Date.parse(change.time ?? now().toISOString()));
  await wantSweep(ledger, new Date(time));
  logger.warn('CloudTrail left out what the call is about: a sweep looks for it', {
    eventId: change.eventId,
  });
  metrics.addMetric('events-omitted', MetricUnit.Count, 1);
  return nothing(change);
}

/**
 * What a remediation is called: the same for every delivery of the event, and another for each group of an event about several, and
 * for what is only about words of rules.
 */
function idOf(change: Changed): string {
  const { group, rules } = change;
  const words = wordsOf(rules);
  const isOfSeveral = rules.by === 'prefix-list' || rules.by === 'tags' || words?.of === 'tags';
  const ofGroup = isOfSeveral && group?.by === 'id' ? [group.id] : [];
  return [nameOf(change), ...ofGroup, ...(words === undefined ? [] : ['words'])].join('/');
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

function refuseForeign(target: Target, { accountId, region }: Changed | Omitted): void {
  if (accountId !== undefined && accountId !== target.accountId) {
    throw new ForeignEventError(
      `the event is from account ${accountId}, this deployment works in ${target.accountId}`,
    );
  }
  if (region !== undefined && region !== target.region) {
    throw new ForeignEventError(
      `the event is from region ${region}, this deployment works in ${target.region}`,
    );
  }
}

/** What comes of an event that there is nothing to do for. */
function nothing(change: Change): Remediation {
  return { change, verdicts: [], plan: joinPlans([]), outcomes: [], messages: [] };
}

function join(change: Change, attempts: readonly Attempt[], errors: readonly unknown[]): Remediation {
  const judged = attempts.filter((attempt) => attempt.judged !== undefined);
  return {
    change,
    verdicts: judged.flatMap(verdictsOf),
    plan: joinPlans(judged.map(planOf)),
    outcomes: judged.flatMap(outcomesOf),
    messages: attempts.flatMap(({ published }) => published),
    ...(errors.length > 0 && { error: joinErrors(errors) }),
  };
}

function joinErrors(errors: readonly unknown[]): Error {
  const [first] = errors;
  if (errors.length === 1 && first instanceof Error) return first;
  return new AggregateError(errors, `in ${errors.length} groups: ${inShort(errors.map(String))}`);
}
