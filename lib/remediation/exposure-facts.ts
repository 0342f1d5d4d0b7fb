// Whether it mattered: the network around the group, looked at once every rule has its outcome, for the message alone. It changes no
// outcome, and if it cannot be read, the message does without.

import { connectionsThrough } from '../exposure/connection-tracking.ts';
import { exposureTo } from '../exposure/group-exposures.ts';
import { openElsewhere } from '../exposure/other-groups.ts';
import { letInBy } from '../exposure/violating-packets.ts';
import { isWorthTelling } from '../report/breaker-phrases.ts';
import type { ExposureFacts } from '../report/facts.ts';
import { outcomesOf } from './attribute.ts';
import { closedIn, inbound } from './closings.ts';
import type { Command } from './command.ts';
import { flowLogNoteOf, questionOf } from './evidence-question.ts';
import { factsOf } from './report-facts.ts';
import type { Attempt } from './state.ts';
import type { GroupSurroundings } from './surroundings.ts';
import { RESERVE } from './swap.ts';

/** The read that the message wants; none where there is no message of its own, nothing inbound in it, or no time. */
export function surroundingsNeeded(attempt: Attempt): readonly Command[] {
  const { task, exposure, hasMailRoom, timeLeft, judged } = attempt;
  const groupId = judged?.scene.group.id;
  if (!task.config.isExposureOn) return [];
  if (exposure !== undefined || groupId === undefined || timeLeft < RESERVE) return [];
  if (task.isSilent || hasMailRoom === false || inbound(attempt).length === 0) return [];
  const facts = factsOf(attempt, outcomesOf(attempt), attempt.checks);
  if (!isWorthTelling(facts)) return [];
  return [{ do: 'read-surroundings', groupId, isWithFlowLogs: task.config.flowLogs.length > 0 }];
}

/** Asks whether people must be told that a VPC has no flow logs: once is enough. */
export function noticeToClaim({ exposure, task: { id } }: Attempt): Command | undefined {
  const note = exposure?.flowLogs;
  if (note?.kind !== 'none' || note.isNews !== undefined) return undefined;
  return { do: 'claim-notice', vpcId: note.vpcId, id };
}

/** The attempt with the answer. */
export function withNotice(attempt: Attempt, isNews: boolean): Attempt {
  const { exposure } = attempt;
  if (exposure?.flowLogs?.kind !== 'none') return attempt;
  return { ...attempt, exposure: { ...exposure, flowLogs: { ...exposure.flowLogs, isNews } } };
}

/** The attempt with what follows from them; they themselves are not kept. */
export function withSurroundings(attempt: Attempt, seen: GroupSurroundings): Attempt {
  const groupId = attempt.judged?.scene.group.id ?? '';
  const interfaces = seen.interfaces.filter(({ groupIds }) => groupIds.includes(groupId));
  // Its own rules were read after the revoke, or nothing would be said to be gone.
  const rules = new Map([...seen.rules, [groupId, attempt.judged?.scene.rules ?? []]]);
  const closed = closedIn(attempt);
  const closings = closed.flatMap((one) => one.closings);
  const elsewhere = openElsewhere(groupId, interfaces, closings, rules, attempt.lists);
  const connections = closed.flatMap(({ outcome: { rule } }) => {
    const fate = connectionsThrough(rule, interfaces, rules);
    return fate === undefined ? [] : [[rule.id, fate] as const];
  });
  const { flowLogs } = seen;
  const question = flowLogs && questionOf(attempt, interfaces, rules, flowLogs);
  const note = flowLogNoteOf(attempt, interfaces, flowLogs, question);
  const exposure: ExposureFacts = {
    at: attempt.now.toISOString(),
    group: exposureOfGroup(attempt, { ...seen, interfaces }),
    elsewhere,
    ...(connections.length > 0 && { connections: Object.fromEntries(connections) }),
    ...(note && { flowLogs: note }),
  };
  return { ...attempt, exposure, ...(question && { question }) };
}

function exposureOfGroup(attempt: Attempt, { interfaces, network }: GroupSurroundings) {
  const violations = inbound(attempt).flatMap(({ verdicts, also }) => [...verdicts, ...also]);
  return exposureTo(letInBy(violations, attempt.lists), interfaces, network);
}
