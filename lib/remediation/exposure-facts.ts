// Whether it mattered: the network around the group, looked at once every rule has its outcome, for the message alone. It changes no
// outcome, and if it cannot be read, the message does without.

import type { Violation } from '../evaluate/evaluate.ts';
import { groupExposure, unknownExposure } from '../exposure/exposure.ts';
import { type Closing, openElsewhere } from '../exposure/other-groups.ts';
import type { Admitted } from '../exposure/packets.ts';
import { violatingPackets } from '../exposure/violating-packets.ts';
import { type Finding, isGone, violationsIn } from '../plan/plan.ts';
import { isWorthTelling } from '../report/breaker-phrases.ts';
import type { ExposureFacts } from '../report/facts.ts';
import { outcomesOf } from './attribute.ts';
import type { Command } from './command.ts';
import { factsOf, planOf } from './report-facts.ts';
import type { Attempt } from './state.ts';
import type { GroupSurroundings } from './surroundings.ts';
import { RESERVE } from './swap.ts';

/** The read that the message wants; none where there is no message of its own, nothing inbound in it, or no time. */
export function surroundingsNeeded(attempt: Attempt): readonly Command[] {
  const { task, exposure, hasMailRoom, timeLeft, judged } = attempt;
  const groupId = judged?.scene.group.id;
  if (exposure !== undefined || groupId === undefined || timeLeft < RESERVE) return [];
  if (task.isSilent || hasMailRoom === false || inbound(attempt).length === 0) return [];
  const facts = factsOf(attempt, outcomesOf(attempt), attempt.checks);
  return isWorthTelling(facts) ? [{ do: 'read-surroundings', groupId }] : [];
}

/** The attempt with what follows from them; they themselves are not kept. */
export function withSurroundings(attempt: Attempt, seen: GroupSurroundings): Attempt {
  const groupId = attempt.judged?.scene.group.id ?? '';
  const interfaces = seen.interfaces.filter(({ groupIds }) => groupIds.includes(groupId));
  // Its own rules were read after the revoke, or nothing would be said to be gone.
  const rules = new Map([...seen.rules, [groupId, attempt.judged?.scene.rules ?? []]]);
  const elsewhere = openElsewhere(groupId, interfaces, closings(attempt), rules, attempt.lists);
  const exposure: ExposureFacts = {
    at: attempt.now.toISOString(),
    group: exposureOfGroup(attempt, { ...seen, interfaces }),
    elsewhere,
  };
  return { ...attempt, exposure };
}

function exposureOfGroup(attempt: Attempt, { interfaces, network }: GroupSurroundings) {
  const asked = inbound(attempt).flatMap(({ verdicts, also }) => [...verdicts, ...also]);
  const admitted = asked.map((violation) => violatingPackets(violation, attempt.lists));
  const known = admitted.filter((one) => one !== undefined);
  const exposure = groupExposure(interfaces, known.flat(), network);
  const isSure = known.length === admitted.length || exposure.exposure.kind !== 'blocked';
  return isSure ? exposure : unknownExposure('the entries of a prefix list are not known');
}

function inbound(attempt: Attempt): readonly Finding[] {
  return violationsIn(planOf(attempt)).filter(({ rule }) => rule.direction === 'ingress');
}

/** What is already gone, as its policies forbid it. */
function closings(attempt: Attempt): readonly Closing[] {
  const gone = new Set(
    outcomesOf(attempt)
      .filter(isGone)
      .map(({ rule }) => rule.id),
  );
  return inbound(attempt)
    .filter(({ rule }) => gone.has(rule.id))
    .flatMap(({ verdicts }) => verdicts.flatMap((violation) => closingsOf(violation, attempt)));
}

function closingsOf(violation: Violation, { lists }: Attempt): readonly Closing[] {
  const admitted: readonly Admitted[] = violatingPackets(violation, lists) ?? [];
  const { tolerance } = violation.policy;
  return admitted.map((one) => ({ ...one, tolerance }));
}
