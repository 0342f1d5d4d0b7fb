// One message about a whole sweep, with the versions and attributes that the messages about single groups have.
import { SEVERITIES } from '../../policy/severity.ts';
import type { ChatNotification } from '../chat/notification.ts';
import { counted } from '../phrases.ts';
import { asSubject } from '../sanitize.ts';
import { withPlace } from '../subject.ts';
import { allWellHeadline, allWellMail } from './all-well.ts';
import { digestChat } from './digest-chat.ts';
import { type DigestFacts, isAllWell } from './digest-facts.ts';
import { digestMail } from './digest-mail.ts';
import type { Line } from './standing.ts';
import type { SweepTotals } from './sweep-totals.ts';

/** The record of a sweep for machines. */
export interface DigestRecord extends Omit<DigestFacts, 'target' | 'stage' | 'audience' | 'totals'> {
  readonly accountId: string;
  readonly region: string;
  readonly version: 1;
  readonly kind: 'sweep';
  readonly counts: Omit<SweepTotals, 'mostSevere' | 'seen' | 'standing'>;
  /** The most severe; the log has all. */
  readonly findings: readonly Line[];
  readonly omitted?: number;
}

export interface Digest {
  readonly subject: string;
  readonly email: string;
  readonly chat: ChatNotification;
  readonly record: DigestRecord;
  readonly attributes: {
    readonly severity: string;
    readonly account: string;
    readonly region: string;
    readonly policy: readonly string[];
    readonly outcome: readonly string[];
  };
}

/** The digest of a sweep: what it found, or that nothing violates. */
export function makeDigest(facts: DigestFacts): Digest {
  const isWell = isAllWell(facts.totals);
  const headline = isWell ? allWellHeadline(facts) : digestHeadline(facts);
  const { bySeverity, byPolicy, byStatus } = facts.totals;
  return {
    subject: asSubject(headline),
    email: isWell ? allWellMail(facts) : digestMail(facts),
    chat: digestChat(facts, headline),
    record: makeDigestRecord(facts),
    attributes: {
      severity: SEVERITIES.find((severity) => bySeverity[severity] !== undefined) ?? 'low',
      account: facts.target.accountId,
      region: facts.target.region,
      policy: Object.keys(byPolicy).toSorted(),
      outcome: isWell ? ['well'] : Object.keys(byStatus).toSorted(),
    },
  };
}

/** The numbers of the digest for the log, whether a digest is published or not. */
export function makeDigestRecord({
  target: { accountId, region },
  stage: _stage,
  audience: _audience,
  totals,
  ...said
}: DigestFacts): DigestRecord {
  const { mostSevere, seen: _, standing: _standing, ...counts } = totals;
  const omitted = totals.violations + totals.undecided - mostSevere.length;
  const record = {
    version: 1 as const,
    kind: 'sweep' as const,
    accountId,
    region,
    ...said,
    counts,
    findings: mostSevere,
  };
  return omitted === 0 ? record : { ...record, omitted };
}

/** `Sweep: 3 new violations, 1 critical (111122223333/eu-west-1)`. */
function digestHeadline({ target: { accountId, region }, totals, missed, hold }: DigestFacts): string {
  if (hold !== undefined) {
    const rules = `${counted(hold.rules, 'rule')} in ${counted(hold.groups, 'group')}`;
    return withPlace(`ACTION: sweep on hold, ${rules} still open`, accountId, region);
  }
  const { byStatus } = totals;
  const open = (byStatus.denied ?? 0) + (byStatus.failed ?? 0);
  // What needs somebody leaves no room for the rest.
  const story =
    open > 0
      ? [`ACTION: sweep could not revoke ${counted(open, 'rule')}`, ...doneInWords(byStatus)]
      : [`Sweep: ${foundInWords(totals).join(', ')}`, ...doneInWords(byStatus, missed)];
  return withPlace(story.join(', '), accountId, region);
}

function foundInWords(totals: SweepTotals): readonly string[] {
  const { undecided, troubled, bySeverity, violations, fresh } = totals;
  const { critical } = bySeverity;
  return [
    ...(violations > 0 || undecided + troubled === 0 ? [violationsInWords(totals)] : []),
    ...(critical ? [`${critical} critical${fresh ? ' in all' : ''}`] : []),
    ...(undecided > 0 && violations === 0 ? [`${undecided} could not be evaluated`] : []),
    ...(troubled > 0 ? [`${counted(troubled, 'group')} failed`] : []),
  ];
}

function doneInWords(byStatus: SweepTotals['byStatus'], missed: readonly string[] = []): readonly string[] {
  return [
    ...(byStatus.foreign ? [`${byStatus.foreign} in other accounts`] : []),
    ...(byStatus.breaker ? [`${byStatus.breaker} on hold`] : []),
    ...(missed.length > 0 ? [`${missed.length} missed by event`] : []),
    ...(byStatus.revoked ? [`${byStatus.revoked} revoked`] : []),
  ];
}

/** New ones, where there are some; else how many are known. */
function violationsInWords({ violations, fresh }: SweepTotals): string {
  if (fresh === undefined) return counted(violations, 'violation');
  return fresh > 0 ? counted(fresh, 'new violation') : counted(violations, 'known violation');
}
