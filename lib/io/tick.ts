// Once a minute, what the breaker has wait is taken up as far as it may go: the most severe first, all such of a group together.
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { homeTarget } from '../config.ts';
import { type AskingPolicy, admit, membersOf } from '../plan/breaker.ts';
import type { BreakerState } from '../plan/breaker-state.ts';
import { joinWaits } from '../remediation/breaker-request.ts';
import type { Target } from '../target.ts';
import type { PrefixListCache } from './aws/prefix-lists.ts';
import { readBreaker, registerPolicies } from './ledger/breaker.ts';
import { type Due, listDue } from './ledger/due.ts';
import { load } from './ledger/entries.ts';
import { publishBatch } from './publish-batch.ts';
import { run } from './run.ts';
import type { World } from './world.ts';

/** How many entries waited, and how many of them were taken up. */
export interface Ticked {
  readonly waiting: number;
  readonly takenUp: number;
  /** How many remediations were reported by a batch. */
  readonly batched: number;
}

/** Milliseconds after which the next tick goes on. */
const LONGEST = 50_000;
/** Milliseconds that one group may take. */
const RESERVE = 40_000;
/** Milliseconds between groups: EC2 lets five revokes a second go, which are not the bot's alone. */
const PACE = 500;

/** Takes up what waits and may go by now, and reports what has no message of its own. */
export async function tick(world: World): Promise<Ticked> {
  const target = homeTarget(world.config);
  const due = await listDue(world.ledger, target);
  world.metrics.addMetric('waiting', MetricUnit.Count, due.length);
  // What waits keeps waiting during a dry run, and so does the age of the policies.
  const takenUp = world.config.mode === 'enforce' ? await takeUpDue(world, target, due) : 0;
  // At the end: what SNS refuses must keep no rule open.
  return { waiting: due.length, takenUp, batched: await publishBatch(world, target) };
}

/** Notes which policies are in force, and takes up what may go, judged again by them; answers how much. */
async function takeUpDue(world: World, target: Target, due: readonly Due[]): Promise<number> {
  const { ledger, config, now, policies } = world;
  const keys = policies.filter(({ action }) => action !== 'notify').map(({ key }) => key);
  let state = await registerPolicies(ledger, target, keys, config, now());
  const until = now().getTime() + LONGEST;
  let takenUp = 0;
  for (const entries of Map.groupBy(due, ({ groupId }) => groupId).values()) {
    const going = entries.filter((one) => mayGo(world, state, one));
    if (going.length === 0) continue;
    if (now().getTime() > until || world.timeLeft() < RESERVE) break;
    if (takenUp > 0) await world.wait(PACE);
    takenUp += await takeUp(world, target, going);
    state = await readBreaker(ledger, target);
  }
  return takenUp;
}

/** Whether the breaker would let an entry go now; what waits for a policy that has changed is judged again in any case. */
function mayGo({ policies, config, now }: World, state: BreakerState, due: Due): boolean {
  const current = new Set(policies.map(({ key }) => key));
  if (due.policies.some(({ key }: AskingPolicy) => !current.has(key))) return true;
  const rules = [{ ruleId: due.id, policies: due.policies }];
  const request = { entryId: due.id, groupId: due.groupId, rules, isFresh: due.isFresh, isAdmitted: false };
  const members = [...state.members, ...membersOf(request, now())];
  return admit({ ...state, members }, request, config, now()).held.size === 0;
}

/** Drives what waits in one group; answers how much. What fails waits for the next tick. */
async function takeUp(world: World, target: Target, entries: readonly Due[]): Promise<number> {
  const lists: PrefixListCache = new Map();
  const { config, policies } = world;
  const stored = await Promise.all(entries.map(({ id }) => load(world.ledger, id)));
  // The index is a moment behind the table.
  const waiting = stored.flatMap((entry) => (entry?.state === 'waiting' ? [entry] : []));
  const tasks = Map.groupBy(waiting, ({ waits }) => waits.taskId);
  for (const [id, of] of tasks) {
    const takesUp = of.map(({ waits }) => waits).reduce(joinWaits);
    const task = { id, change: takesUp.change, target, config, policies, takesUp };
    const { end } = await run(world, { ...task, isLastTry: true, isSilent: false, isAdmitted: false }, lists);
    if (end?.kind === 'failed') {
      world.logger.error('what waits could not be dealt with', { error: end.error, remediation: id });
    }
  }
  return tasks.size;
}
