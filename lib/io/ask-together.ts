// Has flow logs asked who came in through what many remediations closed that one message reports: the most severe, and only so many.
import { isUsable } from '../evidence/flow-log.ts';
import { makeQuestion } from '../evidence/make-question.ts';
import type { Question } from '../evidence/question.ts';
import type { Stored } from '../remediation/state.ts';
import type { AskedTogether } from '../report/evidence/asked-together.ts';
import { firstMessageOf, type Telling } from '../report/evidence/follow-up-facts.ts';
import { openingOf } from '../report/evidence/opening.ts';
import type { Target } from '../target.ts';
import { type FlowsAround, readFlowsAround } from './aws/surroundings.ts';
import { load } from './ledger/entries.ts';
import { scheduleEvidence } from './ledger/evidence.ts';
import type { World } from './world.ts';

/** Each takes calls to CloudWatch Logs for each of its interfaces. */
const MOST_ASKED = 20;

/** Asks about these records, the most severe first. A retry stores nothing twice. */
export async function askTogether(
  { ec2, ledger, config, now }: World,
  target: Target,
  ids: readonly string[],
  told: Telling,
): Promise<AskedTogether> {
  const some = ids.slice(0, MOST_ASKED);
  const entries = (await Promise.all(some.map((id) => load(ledger, id)))).filter((one) => one !== undefined);
  const around = await readFlowsAround(
    ec2,
    entries.map(({ record }) => record.group.id),
  );
  const questions = entries.map((entry) => ({ entry, question: questionOf(entry, around, now()) }));
  const asked = questions.flatMap(({ entry: { record }, question }) =>
    question !== undefined && isAnswerable(question, config.flowLogs)
      ? [{ first: firstMessageOf({ ...told, record }, target), question }]
      : [],
  );
  await Promise.all(asked.map((scheduled) => scheduleEvidence(ledger, scheduled)));
  return {
    kind: 'asked',
    asked: asked.length,
    without: some.length - asked.length,
    omitted: ids.length - some.length,
  };
}

function questionOf(
  { record }: Stored,
  { interfaces, rules, flowLogs }: FlowsAround,
  now: Date,
): Question | undefined {
  const opening = openingOf(record);
  if (opening === undefined) return undefined;
  const own = interfaces.filter(({ groupIds }) => groupIds.includes(record.group.id));
  const question = makeQuestion([opening], { interfaces: own, rules, flowLogs, lists: new Map() });
  const gap = `these are the interfaces and rules of ${now.toISOString()}, not those of the time when the rule was revoked`;
  return { ...question, gaps: [...question.gaps, gap] };
}

function isAnswerable({ interfaces }: Question, readable: readonly string[]): boolean {
  return interfaces.some(({ flowLogs }) => flowLogs.some((log) => isUsable(log, readable)));
}
