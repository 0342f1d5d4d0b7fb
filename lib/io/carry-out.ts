// From a plan on record to people told: asked for, noted, revoked, told.
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Changed } from '../change/change.ts';
import { isUnfinished, joinPlans, type Outcome, type Plan } from '../plan/plan.ts';
import { isWorthTelling } from '../report/breaker-phrases.ts';
import { type AuditRecord, type Message, makeMessage } from '../report/message.ts';
import { type Facts, makeRecord } from '../report/record.ts';
import { withVoice } from './announcement-claim.ts';
import { leftOf, type Tries, withRestraint } from './attribution.ts';
import { publish } from './aws/sns.ts';
import { restrain } from './breaker-check.ts';
import { NotVisibleError } from './find-changed-rules.ts';
import { type Attempt, type Stored, save } from './ledger/entries.ts';
import { waitForSlot } from './ledger/mail-rate-limit.ts';
import { factsOf, insist } from './progress.ts';
import { type Remediation, RevocationError } from './remediation.ts';
import { type Apply, enforce, pretend } from './revoke.ts';
import type { World } from './world.ts';
import { attemptAfter, attemptOf, leftOver, withAdded } from './write-ahead-note.ts';

const APPLY: Readonly<Record<World['config']['mode'], Apply>> = { enforce, 'dry-run': pretend };

/** Carries out what is on record as far as it is let, and tells. */
export async function carryOut(
  world: World,
  change: Changed,
  planned: Tries,
  entry: Stored,
): Promise<Remediation> {
  const time = world.now().toISOString();
  const restraint = await restrain(world, leftOf(planned), entry.id, entry.restraint);
  const tries = withRestraint(planned, restraint);
  const isHeld = restraint.breaker !== undefined;
  const record = isHeld ? recordOf(world, change, entry.id, tries) : entry.record;
  const sent = world.config.mode === 'enforce' ? leftOf(tries) : joinPlans([]);
  const attempt = attemptOf(tries, sent, time);
  const noted = await save(world.ledger, { ...entry, restraint, record, attempt });
  return act(world, change, tries, { ...noted, attempt });
}

/** Acts on what is on record, records what came of it, and tells. */
async function act(
  world: World,
  change: Changed,
  tries: Tries,
  entry: Stored & { readonly attempt: Attempt },
): Promise<Remediation> {
  const { verdicts, plan } = tries.judged;
  for (const finding of entry.record.findings) world.logger.info('finding', { finding });
  const sent = await APPLY[world.config.mode](world, leftOf(tries));
  const outcomes = withAdded([...tries.before, ...sent], tries);
  count(world, plan, outcomes);
  world.logger.info('outcome', {
    outcomes: outcomes.map(({ rule, ...rest }) => ({ ruleId: rule.id, ...rest })),
  });
  const remediation = { change, verdicts, plan, outcomes, messages: [] };
  const hasFailed = outcomes.some(isUnfinished);
  // Until the last try there is nothing final to tell.
  if (hasFailed && !world.isLastTry) {
    const attempt = attemptAfter(entry.attempt, tries, sent);
    await insist(world, { ...entry, attempt, leaseUntil: 0 });
    throw new RevocationError(remediation);
  }
  const concerned = [...outcomes, ...plan.held].map(({ rule }) => rule.id);
  const restraint = await withVoice(world, tries.judged.restraint, concerned, entry.id);
  const judged = { ...tries.judged, restraint };
  const facts = factsAfter(world, change, entry.id, { ...tries, judged }, outcomes);
  const message = !world.isSilent && isWorthTelling(facts) ? makeMessage(facts) : undefined;
  const record = message?.record ?? makeRecord(facts);
  const done = await insist(world, { ...entry, state: 'revoked', record, ...(message && { message }) });
  const messages = await tell(world, done);
  if (hasFailed) throw new RevocationError({ ...remediation, messages });
  refuseIncomplete(entry);
  return { ...remediation, messages };
}

/** What is about to be done, and all it takes to undo it. */
export function recordOf(world: World, change: Changed, id: string, tries: Tries): AuditRecord {
  return makeRecord(factsAfter(world, change, id, tries, []));
}

function factsAfter(
  world: World,
  change: Changed,
  id: string,
  tries: Tries,
  outcomes: readonly Outcome[],
): Facts {
  const facts = factsOf(recording(world, tries.before), change, id, tries.judged, outcomes);
  return { ...facts, added: leftOver(tries, outcomes) };
}

/** What an earlier try took away was no dry run, whatever the mode is by now: it can be put back only if the record says so. */
function recording(world: World, before: readonly Outcome[]): World {
  const isReal = before.some(({ outcome }) => outcome === 'revoked');
  return isReal ? { ...world, config: { ...world.config, mode: 'enforce' } } : world;
}

/** Publishes the message of an entry, if it has one, and ends it. */
export async function tell(world: World, { message, ...entry }: Stored): Promise<readonly Message[]> {
  try {
    if (message !== undefined) {
      await waitForSlot(world);
      await publish(world, message);
    }
  } catch (error) {
    await save(world.ledger, { ...entry, ...(message && { message }), leaseUntil: 0 });
    throw error;
  }
  await insist(world, { ...entry, state: 'notified', leaseUntil: 0 });
  return message === undefined ? [] : [message];
}

/** Throws, so that another try looks again, when the event names what was not visible. */
export function refuseIncomplete({ isComplete }: { readonly isComplete: boolean }): void {
  if (!isComplete) throw new NotVisibleError('what the event says is not all visible yet');
}

function count({ metrics }: World, plan: Plan, outcomes: readonly Outcome[]): void {
  for (const [outcome, of] of Map.groupBy(outcomes, (o) => o.outcome)) {
    metrics.addMetric(`outcome-${outcome}`, MetricUnit.Count, of.length);
  }
  metrics.addMetric('notify', MetricUnit.Count, plan.notify.length);
  metrics.addMetric('undecided', MetricUnit.Count, plan.undecided.length);
}
