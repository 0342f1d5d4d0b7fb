// The question about a record: as it was stored when the rules were closed, or else from the record and the network as it is now.
import type { EC2Client } from '@aws-sdk/client-ec2';
import { makeQuestion } from '../../lib/evidence/make-question.ts';
import type { Opening, Question } from '../../lib/evidence/question.ts';
import { readRules } from '../../lib/io/aws/ec2.ts';
import { readSurroundings } from '../../lib/io/aws/surroundings.ts';
import type { Ledger } from '../../lib/io/ledger/entries.ts';
import { loadEvidence } from '../../lib/io/ledger/evidence.ts';
import type { Stored } from '../../lib/remediation/state.ts';
import { openingOf } from '../../lib/report/evidence/opening.ts';
import { InputError } from './input.ts';
import { asking } from './live.ts';

/** Throws InputError for a record of which no inbound rule is gone. */
export async function questionAbout(
  { id, record }: Stored,
  { ledger, ec2 }: { readonly ledger: Ledger; readonly ec2: EC2Client },
): Promise<Question> {
  const stored = await asking('the ledger cannot be read', loadEvidence(ledger, id));
  if (stored !== undefined) return stored.question;
  const opening = openingOf(record);
  if (opening === undefined) throw new InputError(`no inbound rule of \`${id}\` was revoked`);
  return liveQuestion(record.group.id, opening, ec2);
}

/** Milliseconds: an operator waits longer than a message does. */
const DEADLINE = 60_000;

async function liveQuestion(groupId: string, opening: Opening, ec2: EC2Client): Promise<Question> {
  const what = 'the interfaces of the group cannot be read';
  const [around, own] = await Promise.all([
    asking(what, readSurroundings(ec2, groupId, true, DEADLINE)),
    readRules(ec2, groupId).catch(() => undefined),
  ]);
  const rules = new Map([...around.rules, ...(own === undefined ? [] : [[groupId, own] as const])]);
  const { interfaces, flowLogs = [] } = around;
  const question = makeQuestion([opening], { interfaces, rules, flowLogs, lists: new Map() });
  const nobody = interfaces.length === 0 ? [`no interface has ${groupId} now`] : [];
  const now = 'these are the interfaces and rules of now, not those of the time when the rule was revoked';
  return { ...question, gaps: [...question.gaps, ...nobody, now] };
}
