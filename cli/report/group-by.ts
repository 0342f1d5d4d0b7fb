// Rows under headings: by account, region, group, policy, service, or the value of a tag.
import { SEVERITIES } from '../../lib/policy/severity.ts';
import { trafficInWords } from '../../lib/report/phrases.ts';
import { sanitize } from '../../lib/report/sanitize.ts';
import { rankOf } from './finding.ts';
import type { Row } from './rows.ts';
import { groupInWords } from './summary-text.ts';
import { type Counts, compareCounts, noCounts } from './totals.ts';
import { makeWorst, type Worst } from './worst.ts';

/** What rows can be grouped by, beside tags. */
const KEYS = {
  account: ({ finding }) => finding.accountId || 'unknown',
  region: ({ finding }) => finding.region,
  group: ({ finding }) => groupInWords(finding),
  policy: ({ finding }) => finding.policy,
  service: ({ rule }) => trafficInWords(rule.traffic),
} as const satisfies Readonly<Record<string, (one: Row[0]) => string>>;

export const GROUP_BY_FORMS = `${Object.keys(KEYS).join(', ')} or tag:KEY`;

/** Tells the heading of a row; undefined for a key that is none. */
export function headingBy(key: string): ((row: Row) => string) | undefined {
  const [, tag] = /^tag:(.+)$/.exec(key) ?? [];
  if (tag !== undefined) return ([{ group }]) => tagInWords(tag, group.tags);
  if (!Object.hasOwn(KEYS, key)) return undefined;
  const heading = KEYS[key as keyof typeof KEYS];
  return ([first]) => heading(first);
}

function tagInWords(tag: string, tags: Readonly<Record<string, string>>): string {
  const value = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
  return value === undefined ? `no tag ${sanitize(tag)}` : `${sanitize(tag)} ${sanitize(value) || '(empty)'}`;
}

/** The rows under one heading, of which only the worst are held. */
export interface Section {
  readonly heading: string;
  readonly counts: Counts;
  readonly rows: Worst<Row>;
}

export interface Sections {
  readonly add: (row: Row) => void;
  /** The worst first. */
  readonly list: () => readonly Section[];
}

/** Holds at most so many rows under each heading. */
export function makeSections(headingOf: (row: Row) => string, limit: number): Sections {
  const sections = new Map<string, Section>();
  return {
    add: (row) => {
      const heading = headingOf(row);
      const known = sections.get(heading) ?? { heading, counts: noCounts(), rows: makeWorst<Row>(limit) };
      sections.set(heading, known);
      const [{ finding }] = row;
      if (finding.verdict === 'violation') known.counts[finding.severity] += 1;
      known.rows.add(rankOf(finding), row);
    },
    list: () => [...sections.values()].toSorted((a, b) => compareCounts(a.counts, b.counts)),
  };
}

/** `team payments: 3 critical, 1 high`. */
export function headingInWords({ heading, counts }: Section): string {
  const some = SEVERITIES.filter((severity) => counts[severity] > 0);
  return `${heading}: ${some.map((severity) => `${counts[severity]} ${severity}`).join(', ') || 'no violation'}`;
}
