// The rows of the page as it carries them: columns of numbers that stand for entries of dictionaries. So 50,000 rows are some megabytes.
import type { Exposure } from '../../lib/exposure/exposure.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { SEVERITIES } from '../../lib/policy/severity.ts';
import { shellQuote } from '../../lib/report/sanitize.ts';
import type { Column, PackedText, PageData } from './page/view.js';
import { type PageRow, REACHES } from './page-row.ts';
import { policyInWords } from './rows.ts';

/** What each kind of exposure is called in a row; the first is for rows of which nothing is known. */
const EXPOSURE_KINDS: readonly (readonly [kind: Exposure['kind'] | '', words: string])[] = [
  ['', ''],
  ['reachable', 'reached'],
  ['unknown', 'reach not known'],
  ['blocked', 'no direct path'],
  ['unattached', 'not attached'],
];

/** A policy as the page shows it. */
export interface PagePolicy {
  readonly id: string;
  /** With its mode, where that is not to enforce it. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

export function pagePolicy({ id, mode, title, description }: Policy): PagePolicy {
  return { id, name: policyInWords({ policy: id, mode }), title, description };
}

/** The rows in the order in which they are given. */
export function pageData(
  rows: readonly PageRow[],
  policies: readonly PagePolicy[],
  verdicts: readonly string[],
): PageData {
  const groups = makeDictionary<PageData['groups'][number]>();
  const rules = makeDictionary<PageData['rules'][number]>();
  const exposures = makeDictionary<PageData['exposures'][number]>();
  const sets = makeDictionary<readonly number[]>();
  const reasons = makeDictionary<PackedText>();
  const [templates, accounts, regions] = [
    makeDictionary<string>(),
    makeDictionary<string>(),
    makeDictionary<string>(),
  ];
  const [notes, excuses] = [makeDictionary<string>(), makeDictionary<string>()];
  const actors = makeDictionary<PageData['actors'][number]>();
  const moments = makeDictionary<PageData['moments'][number]>();
  const certainties = makeDictionary<PageData['certainties'][number]>();
  const ids = new Map(policies.map(({ id }, index) => [id, index]));
  const column = (entry: (row: PageRow) => number) => packColumn(rows.map(entry));
  return {
    count: rows.length,
    columns: {
      severity: column(({ severity }) => SEVERITIES.indexOf(severity)),
      verdict: column(({ verdict }) => verdicts.indexOf(verdict)),
      policies: column((row) => sets.indexOf(row.policies.map((id) => ids.get(id) ?? 0))),
      group: column((row) => groups.indexOf(groupOf(row))),
      rule: column(({ rule, service, close }) => rules.indexOf([rule, service, close])),
      note: column(({ note }) => notes.indexOf(note)),
      reach: column(({ reach }) => REACHES.indexOf(reach)),
      reason: column(({ reason }) => reasons.indexOf(packed(reason))),
      exposure: column(({ exposure }) => exposures.indexOf(exposureOf(exposure))),
      excuse: column(({ excuse }) => excuses.indexOf(excuse)),
      known: column(({ isKnown }) => (isKnown ? 1 : 0)),
      actor: column(({ history }) => actors.indexOf([history?.person ?? '', history?.tool ?? ''])),
      moment: column(({ history }) => moments.indexOf([history?.time ?? '', history?.open ?? ''])),
      certainty: column(({ history }) => certainties.indexOf(certaintyOf(history))),
    },
    ruleIds: packedIds(rows.map(({ ruleId }) => ruleId)),
    severities: SEVERITIES,
    verdicts,
    policies: policies.map(({ name, title, description }) => [name, title, description]),
    policySets: sets.entries,
    ...{ accounts: accounts.entries, regions: regions.entries, groups: groups.entries },
    rules: rules.entries,
    notes: notes.entries,
    reaches: REACHES,
    ...{ templates: templates.entries, reasons: reasons.entries, exposures: exposures.entries },
    exposureKinds: EXPOSURE_KINDS,
    excuses: excuses.entries,
    ...{ actors: actors.entries, moments: moments.entries, certainties: certainties.entries },
  };

  function groupOf({ groupId, groupName, account, region }: PageRow): PageData['groups'][number] {
    const group = [groupId, groupName, accounts.indexOf(account), regions.indexOf(region)] as const;
    const argument = shellQuote(groupId);
    return argument === groupId ? group : [...group, argument];
  }

  function exposureOf(exposure: PageRow['exposure']): PageData['exposures'][number] {
    const kind = EXPOSURE_KINDS.findIndex(([one]) => one === (exposure?.kind ?? ''));
    return [kind, ...packed(exposure?.text ?? '')];
  }

  function certaintyOf(history: PageRow['history']): PageData['certainties'][number] {
    return [history?.certainty ?? '', ...packed(history?.because ?? '')];
  }

  /** Sentences differ in ids and addresses alone. */
  function packed(text: string): PackedText {
    const plain = text.replaceAll('\t', ' ');
    return [templates.indexOf(plain.replace(WITH_DIGITS, '\t')), ...(plain.match(WITH_DIGITS) ?? [])];
  }
}

/** Of ports there are few. */
const WITH_DIGITS = /(?<![\w.:/-])(?!(?:tcp|udp)\/)[\w.:/-]*\d[\w.:/-]*/g;

/** As one text where all are as EC2 makes them, or none is known: what they have in common is left out. */
function packedIds(ids: readonly string[]): PageData['ruleIds'] {
  if (!ids.every((id) => /^(sgr-[0-9a-f]+)?$/.test(id))) return ids;
  return ids
    .map((id) => id.slice('sgr-'.length))
    .join(' ')
    .trimEnd();
}

/** Whichever form is the shortest. */
function packColumn(column: readonly number[]): Column {
  const [first = 0] = column;
  if (column.every((one) => one === first)) return first;
  const forms: readonly Column[] = [column, { delta: deltasOf(column) }, { runs: runsOf(column) }];
  const [shortest = column] = forms.toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
  return shortest;
}

function deltasOf(column: readonly number[]): readonly number[] {
  return column.map((one, index) => one - (column[index - 1] ?? 0));
}

function runsOf(column: readonly number[]): readonly number[] {
  const runs: number[] = [];
  for (const one of column) {
    if (runs.at(-2) === one) runs.push((runs.pop() ?? 0) + 1);
    else runs.push(one, 1);
  }
  return runs;
}

function makeDictionary<Entry extends string | readonly unknown[]>() {
  const known = new Map<string, number>();
  const entries: Entry[] = [];
  return {
    entries: entries as readonly Entry[],
    indexOf: (entry: Entry): number => {
      const name = typeof entry === 'string' ? entry : JSON.stringify(entry);
      const index = known.get(name) ?? entries.length;
      if (index === entries.length) {
        known.set(name, index);
        entries.push(entry);
      }
      return index;
    },
  };
}
