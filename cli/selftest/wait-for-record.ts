// Waiting for what the deployment writes of a group.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '../../lib/io/ledger/entries.ts';
import { type HistoryEntry, readHistory } from '../../lib/io/ledger/history.ts';
import type { FindingRecord } from '../../lib/report/record.ts';

type Remediation = Extract<HistoryEntry, { kind: 'remediation' }>;

export interface Witnessed {
  readonly entry: Remediation;
  /** What came of the rule. */
  readonly outcome: string;
  /** Milliseconds since the rule was opened: until it was on record, until its outcome was, and until it was told. */
  readonly recordedAfter: number;
  readonly settledAfter: number;
}

/** Milliseconds between two looks. */
const PAUSE = 2000;
/** What the ledger says once nothing more happens. */
const TOLD = new Set(['notified', 'batched', 'waiting']);

/** The record of a rule once it is told, or undefined when the time is over. Ends with an AbortError when it is interrupted. */
export async function waitForRecord(
  ledger: Ledger,
  rule: { readonly groupId: string; readonly ruleId: string },
  openedAt: number,
  longest: number,
  signal: AbortSignal,
): Promise<Witnessed | undefined> {
  let recordedAt: number | undefined;
  while (Date.now() - openedAt < longest) {
    const found = await findEntry(ledger, rule, openedAt);
    if (found !== undefined) {
      recordedAt ??= Date.now();
      const [entry, { outcome, action }] = found;
      if (TOLD.has(entry.state)) {
        const settledAfter = Date.now() - openedAt;
        return { entry, outcome: outcome ?? action, recordedAfter: recordedAt - openedAt, settledAfter };
      }
    }
    await sleep(PAUSE, undefined, { signal });
  }
  return undefined;
}

/** Clocks differ a little: an entry may be of a minute before. */
const SLACK = 60_000;

async function findEntry(
  ledger: Ledger,
  { groupId, ruleId }: { readonly groupId: string; readonly ruleId: string },
  openedAt: number,
): Promise<readonly [Remediation, FindingRecord] | undefined> {
  for await (const entry of readHistory(ledger, new Date(openedAt - SLACK).toISOString())) {
    if (entry.kind !== 'remediation' || entry.record.group.id !== groupId) continue;
    const finding = entry.record.findings.find(({ rule }) => rule.SecurityGroupRuleId === ruleId);
    if (finding !== undefined) return [entry, finding];
  }
  return undefined;
}
