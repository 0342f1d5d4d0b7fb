// Who came in while a rule was open, as text.
import type { Evidence } from '../../lib/evidence/evidence.ts';
import type { Question } from '../../lib/evidence/question.ts';
import {
  adviceFor,
  doubtsInWords,
  evidenceInWords,
  visitorsInWords,
  windowInWords,
} from '../../lib/report/evidence/evidence-phrases.ts';

export interface EvidenceAnswer {
  readonly id: string;
  readonly question: Question;
  readonly evidence: Evidence;
}

/** The answer, what may be missing, and what to do. */
export function showEvidence({ question, evidence }: EvidenceAnswer): string {
  const visitors = visitorsInWords(evidence, question).map((line) => `  ${line}`);
  return [
    evidenceInWords(evidence),
    ...visitors,
    ...doubtsInWords(evidence),
    `Looked at VPC Flow Logs ${windowInWords(question)}.`,
    ...adviceFor(evidence.grade),
  ].join('\n');
}
