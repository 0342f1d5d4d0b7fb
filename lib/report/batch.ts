// One message about many remediations: in a storm, nobody reads one message for each.
import { highestSeverity, type Severity } from '../policy/severity.ts';
import type { Target } from '../target.ts';
import { type ChatNotification, MOST_RULES, makeNotification } from './chat/notification.ts';
import { type AskedTogether, askedTogetherRow } from './evidence/asked-together.ts';
import { hasClosedInbound } from './evidence/opening.ts';
import { layOut } from './mail/rows.ts';
import type { Attributes } from './message.ts';
import { isLeftOpen, outcomeCounts } from './outcome-counts.ts';
import { auditCommandLine, ownCommand } from './own-commands.ts';
import { counted } from './phrases.ts';
import { type AuditRecord, policiesOf, severityOf } from './record.ts';
import { asSubject, sanitize, shorten } from './sanitize.ts';

/** One remediation that had no message of its own, as far as a batch reports it. */
export interface BatchItem {
  readonly id: string;
  /** When it was recorded, ISO 8601. */
  readonly time: string;
  readonly headline: string;
  readonly groupId: string;
  readonly severity: Severity;
  readonly policyIds: readonly string[];
  /** What came of each of its rules. */
  readonly outcomes: readonly string[];
  /** Whether an inbound rule is gone. */
  readonly isClosed: boolean;
}

/** A record with what a batch does not report left out: a thousand whole ones would not fit into the memory. */
export function batchItem(headline: string, record: AuditRecord): BatchItem {
  const policies = record.findings.flatMap(policiesOf);
  return {
    id: record.id,
    time: record.time,
    headline,
    groupId: record.group.id,
    severity: severityOf(record),
    policyIds: [...new Set(policies.map(({ id }) => id))],
    outcomes: [
      ...record.findings.map(({ outcome, action }) => outcome ?? action),
      ...(record.added ?? []).map(() => 'added'),
    ],
    isClosed: hasClosedInbound(record),
  };
}

export interface BatchFacts {
  readonly target: Target;
  readonly stage: string;
  readonly now: Date;
  /** At least one, the oldest first. */
  readonly items: readonly BatchItem[];
  /** How many of them flow logs are asked about; undefined where nobody wants to know. */
  readonly evidence?: AskedTogether | undefined;
}

/** The record of a batch for machines; the ledger has each remediation under its id. */
interface BatchRecord {
  readonly version: 1;
  readonly kind: 'batch';
  readonly id: string;
  readonly time: string;
  readonly accountId: string;
  readonly region: string;
  readonly findings: readonly { readonly id: string; readonly headline: string }[];
  readonly omitted?: number;
  readonly evidence?: AskedTogether;
}

export interface BatchMessage {
  readonly subject: string;
  readonly email: string;
  readonly chat: ChatNotification;
  readonly record: BatchRecord;
  readonly attributes: Attributes;
}

/** The message of a batch. */
export function makeBatch(facts: BatchFacts): BatchMessage {
  const { target, now, items, evidence } = facts;
  const { accountId, region } = target;
  const headline = headlineOf(facts);
  const record: BatchRecord = {
    ...{
      version: 1,
      kind: 'batch',
      id: `batch/${now.toISOString()}`,
      time: now.toISOString(),
      accountId,
      region,
    },
    findings: items.map(({ id, headline: of }) => ({ id, headline: of })),
    ...(evidence && { evidence }),
  };
  return {
    subject: asSubject(headline),
    email: mailOf(facts, record.id),
    chat: chatOf(facts, headline, record.id),
    record,
    attributes: attributesOf(facts),
  };
}

/** `230 more changes in 198 groups, 198 critical (111122223333/eu-west-1)`. */
function headlineOf({ target: { accountId, region }, items }: BatchFacts): string {
  const critical = items.filter(({ severity }) => severity === 'critical').length;
  const serious = critical === 0 ? '' : `, ${critical} critical`;
  return `${changesInWords(items)}${serious} (${accountId}/${region})`;
}

/** `230 more changes in 198 groups`. */
function changesInWords(items: readonly BatchItem[]): string {
  const groups = new Set(items.map(({ groupId }) => groupId)).size;
  return `${counted(items.length, 'more change')} in ${counted(groups, 'group')}`;
}

function mailOf(facts: BatchFacts, id: string): string {
  const { items } = facts;
  const since = (items[0]?.time ?? facts.now.toISOString()).slice(0, 10);
  const rows = [
    askedTogetherRow(facts, facts.evidence),
    { label: 'All of them', lines: [ownCommand(facts, 'history', ` --since ${since}`)] },
    { label: 'Revoke them', lines: closeThem(facts) },
    { label: 'Need a rule?', lines: needOne(facts) },
  ];
  const lines = [
    `Portcullis handled ${changesInWords(items)}, too many for a mail about each. What became of their rules:`,
    '',
    ...outcomeCounts(outcomesOf(items)).map((line) => `  ${line}`),
    '',
    ...shorten(
      items.map((item) => `  ${sanitize(item.headline, 99)}  [${sanitize(item.id)}]`),
      20,
      'in the ledger',
    ),
    '',
    ...layOut(rows),
    '',
    `Record ${id}`,
  ];
  return `${lines.join('\n')}\n`;
}

function outcomesOf(items: readonly BatchItem[]): readonly string[] {
  return items.flatMap(({ outcomes }) => outcomes);
}

/** The command that prints the commands which close what is open. */
function closeThem({ items, target }: BatchFacts): readonly string[] {
  return outcomesOf(items).some(isLeftOpen) ? [auditCommandLine(target, ' --commands')] : [];
}

/** How to restore a rule, where any was revoked. */
function needOne(facts: BatchFacts): readonly string[] {
  if (!outcomesOf(facts.items).some((outcome) => outcome === 'revoked' || outcome === 'gone')) return [];
  return [
    'Get an exception first: without one, Portcullis revokes the rule again. Then, in a clone of Portcullis, with a record in brackets above:',
    ownCommand(facts, 'restore <record>'),
  ];
}

function chatOf(facts: BatchFacts, headline: string, id: string): ChatNotification {
  const { target, items } = facts;
  const shown = items.slice(0, MOST_RULES).map((item) => `\`${sanitize(item.headline, 99)}\``);
  const more = items.length > shown.length ? [`and ${items.length - shown.length} more`] : [];
  return makeNotification({
    id,
    title: headline,
    lines: [outcomeCounts(outcomesOf(items)).join('; '), ...shown, ...more],
    nextSteps: [`\`${ownCommand(facts, 'history')}\``],
    threadId: `batch-${target.accountId}-${target.region}`,
    eventType: 'portcullis-batch',
  });
}

function attributesOf({ target, items }: BatchFacts): Attributes {
  return {
    severity: highestSeverity(items) ?? 'low',
    account: target.accountId,
    region: target.region,
    policy: [...new Set(items.flatMap(({ policyIds }) => policyIds))],
    outcome: [...new Set(items.flatMap(({ outcomes }) => outcomes))],
  };
}
