// One event, from what it says to what is told: the arrows of lib/, joined by what touches the world.
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Change, type Changed, parseChange } from '../change.ts';
import { homeAccount, homePartition } from '../config.ts';
import { type Context, evaluate, type Verdict } from '../evaluate.ts';
import { isQuiet, joinPlans, makePlan, type Outcome, type Plan } from '../plan.ts';
import type { Policy } from '../policy.ts';
import { changeJson } from '../report/json.ts';
import { makeRecord } from '../report/record.ts';
import { type Facts, type Message, makeMessage } from '../report.ts';
import { affected, policiesFor } from './affected.ts';
import { type Located, locate, NotVisibleError } from './locate.ts';
import { prefixListsOf, readPrefixLists } from './prefix-lists.ts';
import { type Apply, enforce, pretend } from './revoke.ts';
import { publish } from './sns.ts';
import type { World } from './world.ts';

/** All that one event led to, in however many groups. */
export interface Remediation {
  readonly change: Change;
  readonly verdicts: readonly Verdict[];
  readonly plan: Plan;
  readonly outcomes: readonly Outcome[];
  /** What was published: one message for each group that there was something to tell of. */
  readonly messages: readonly Message[];
}

/** The event belongs to an account or region that this deployment does not work in. */
export class ForeignEventError extends Error {
  override readonly name = 'ForeignEventError';
}

/** Some rule is still open and a later try may close it; people have been told. */
export class RevocationError extends Error {
  override readonly name = 'RevocationError';
  readonly remediation: Remediation;

  constructor(remediation: Remediation) {
    const failed = remediation.outcomes.filter(({ outcome }) => outcome === 'failed');
    super(`not revoked: ${failed.map(({ rule, detail }) => `${rule.id}: ${detail}`).join('; ')}`);
    this.remediation = remediation;
  }
}

const APPLY: Readonly<Record<World['config']['mode'], Apply>> = { enforce, 'dry-run': pretend };

/**
 * Judges the live state of what the event is about, acts on it and tells people. Throws EventError for what cannot
 * be read, ForeignEventError, NotVisibleError, whatever AWS answers to reads and the publish, and RevocationError.
 */
export async function reconcile(world: World, event: unknown): Promise<Remediation> {
  const change = parseChange(event);
  world.logger.info('change', { change: changeJson(change) });
  world.metrics.addMetric('events', MetricUnit.Count, 1);
  if (change.kind === 'none') return nothing(change);
  refuseForeign(world, change);
  const parts: Remediation[] = [];
  const errors: unknown[] = [];
  // One group after the other, so that a prefix list with many users does not empty EC2's buckets; and every one,
  // because what fails in one group says nothing of the next.
  for (const one of await affected(world, change)) {
    try {
      parts.push(await reconcileGroup(world, one));
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} groups could not be done`);
  if (errors.length === 1) throw errors[0];
  return join(change, parts);
}

async function reconcileGroup(world: World, change: Changed): Promise<Remediation> {
  const located = await locate(world, change);
  if (located === undefined) return nothing(change);
  const remediation = await remediate(world, change, located);
  if (remediation.outcomes.some(({ outcome }) => outcome === 'failed'))
    throw new RevocationError(remediation);
  if (!located.isComplete) throw new NotVisibleError('what the event says is not all visible yet');
  return remediation;
}

async function remediate(world: World, change: Changed, located: Located): Promise<Remediation> {
  const policies = policiesFor(world.policies, change);
  const context = await makeContext(world, change, located, policies);
  const verdicts = evaluate(located.rules, located.changed, policies, context);
  const plan = makePlan(verdicts, world.config.trimLimit);
  if (isQuiet(plan)) return { ...nothing(change), verdicts, plan };
  return { ...(await act(world, change, located, plan)), verdicts };
}

async function makeContext(
  world: World,
  change: Changed,
  { group, rules }: Located,
  policies: readonly Policy[],
): Promise<Context> {
  const ids = prefixListsOf(rules, policies);
  return {
    group,
    accountId: change.accountId ?? homeAccount(world.config),
    region: world.config.region,
    principals: [change.actor.arn, change.actor.roleArn].filter((arn) => arn !== undefined),
    prefixLists: await readPrefixLists(world.ec2, ids),
    now: world.now(),
  };
}

async function act(
  world: World,
  change: Changed,
  located: Located,
  plan: Plan,
): Promise<Omit<Remediation, 'verdicts'>> {
  const { mode, region } = world.config;
  const accountId = change.accountId ?? homeAccount(world.config);
  const partition = homePartition(world.config);
  const before: Facts = {
    partition,
    change,
    ...located,
    plan,
    outcomes: [],
    mode,
    now: world.now(),
    accountId,
    region,
  };
  // Record before act: whatever happens from here on, every rule can be put back from the log.
  for (const finding of makeRecord(before).findings) world.logger.info('finding', { finding });
  const outcomes = await APPLY[mode](world, plan);
  const message = makeMessage({ ...before, outcomes, now: world.now() });
  count(world, plan, outcomes);
  world.logger.info('outcome', {
    outcomes: outcomes.map(({ rule, ...rest }) => ({ ruleId: rule.id, ...rest })),
  });
  await publish(world, message);
  return { change, plan, outcomes, messages: [message] };
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

function nothing(change: Change): Remediation {
  return join(change, []);
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

function count({ metrics }: World, plan: Plan, outcomes: readonly Outcome[]): void {
  for (const [outcome, of] of Map.groupBy(outcomes, (o) => o.outcome)) {
    metrics.addMetric(`outcome-${outcome}`, MetricUnit.Count, of.length);
  }
  metrics.addMetric('notify', MetricUnit.Count, plan.notify.length);
  metrics.addMetric('undecided', MetricUnit.Count, plan.undecided.length);
}
