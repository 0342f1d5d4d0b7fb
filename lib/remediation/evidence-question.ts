// What flow logs are asked about rules that were closed: who came in through them, and could have come in through nothing else?
import { isForSome } from '../change/words.ts';
import { type FlowLog, type FlowLogNote, flowLogsOf, isUsable, whyUnusable } from '../evidence/flow-log.ts';
import { makeQuestion } from '../evidence/make-question.ts';
import { areasOf, type Opening, type Question } from '../evidence/question.ts';
import type { NetworkInterface } from '../exposure/network.ts';
import type { RulesByGroup } from '../exposure/other-groups.ts';
import { type ClosedRule, closedIn } from './closings.ts';
import type { Attempt } from './state.ts';

/** Undefined where nothing inbound was closed, or no flow log records its interfaces. */
export function questionOf(
  attempt: Attempt,
  interfaces: readonly NetworkInterface[],
  rules: RulesByGroup,
  flowLogs: readonly FlowLog[],
): Question | undefined {
  const openings = openingsOf(attempt);
  const question = makeQuestion(openings, { interfaces, rules, flowLogs, lists: attempt.lists });
  const { flowLogs: readable } = attempt.task.config;
  const logs = question.interfaces.flatMap((one) => one.flowLogs);
  return openings.length > 0 && logs.some((log) => isUsable(log, readable)) ? question : undefined;
}

/** What the first message says of it; undefined where nobody wants to know, nothing was closed, or nothing is attached. */
export function flowLogNoteOf(
  attempt: Attempt,
  interfaces: readonly NetworkInterface[],
  flowLogs: readonly FlowLog[] | undefined,
  question: Question | undefined,
): FlowLogNote | undefined {
  if (question !== undefined) return { kind: 'asked' };
  if (attempt.task.config.flowLogs.length === 0) return undefined;
  const [first] = interfaces.filter(({ isIdle }) => !isIdle);
  const [logGroup = ''] = attempt.task.config.flowLogs;
  if (first === undefined || closedIn(attempt).length === 0) return undefined;
  if (flowLogs === undefined) return { kind: 'unusable', because: 'they could not be looked up' };
  const [log] = interfaces.flatMap((one) => flowLogsOf(one, flowLogs));
  if (log === undefined) return { kind: 'none', vpcId: first.vpcId, logGroup };
  return { kind: 'unusable', because: whyUnusable(log) };
}

/** Rules that were open at the same time are one opening. */
function openingsOf(attempt: Attempt): readonly Opening[] {
  const { change } = attempt.task;
  const { rules, time } = change;
  const isOpener = (rules.by === 'id' || rules.by === 'content') && !isForSome(rules);
  const opened = isOpener && time !== undefined ? { openedAt: time } : {};
  const byEnd = Map.groupBy(closedIn(attempt), (closed) => endOf(closed, attempt));
  return [...byEnd].flatMap(([closedAt, all]) => {
    const areas = areasOf(all.flatMap(({ closings }) => closings));
    return areas.length === 0 ? [] : [{ ...opened, closedAt, areas }];
  });
}

function endOf({ outcome: { time } }: ClosedRule, { now }: Attempt): string {
  return time ?? now.toISOString();
}
