// What the page of an audit says beside its rows.
import { KINDS } from '../../lib/exposure/exposure.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { SEVERITIES } from '../../lib/policy/severity.ts';
import { counted } from '../../lib/report/phrases.ts';
import { dayAndMinute } from '../../lib/report/times.ts';
import { VERSION } from '../version.ts';
import type { AuditFacts } from './audit-facts.ts';
import type { ExceptionInUse } from './exceptions-in-use.ts';
import { EXPOSURE_IN_WORDS } from './exposure-words.ts';
import type { PageFacts, PageTable, Tile } from './page.ts';
import { pagePolicy } from './page-data.ts';
import type { Matrix } from './page-matrix.ts';
import { policyInWords } from './rows.ts';
import { sumOf, type Totals } from './totals.ts';

/** What was counted while the findings came. */
interface FoundRows {
  readonly totals: Totals;
  readonly matrix: Matrix;
  readonly exceptions: readonly ExceptionInUse[];
  /** How many rows there was no room for. */
  readonly left: number;
}

export function pageFacts(
  { policies, summary, visited }: AuditFacts,
  found: FoundRows,
  now: Date,
): PageFacts {
  const { totals, matrix, exceptions } = found;
  const violating = sumOf(totals.violating);
  const [groups, rules] = [counted(summary.groups, 'group'), counted(summary.rules, 'rule')];
  return {
    title: 'Security group audit',
    subtitle: [...placesInWords(visited), `${rules} in ${groups}`, dayAndMinute(now.toISOString())].join(
      ' · ',
    ),
    violating: {
      count: violating,
      words:
        violating === 0
          ? 'No rule violates a policy'
          : `rule${violating === 1 ? '' : 's'} violating policies, in ${totals.groups.toLocaleString('en')} of ${groups}`,
    },
    tiles: tilesOf(totals),
    notes: notesOf(found, summary.baseline),
    verdicts: ['violation', 'undecided', 'exempt'],
    matrixHeading: 'What is open, and to whom',
    matrix,
    policies: policies.map(pagePolicy),
    tables: [exceptionTable(exceptions), policyTable(policies, totals)],
    footer: `Made by Portcullis ${VERSION}. Exposure says whether packets can arrive, not whether anything answers. Nothing was changed.`,
  };
}

function exceptionTable(exceptions: FoundRows['exceptions']): PageTable {
  return {
    id: 'exceptions',
    heading: 'Exceptions in use',
    columns: [{ words: 'Exception', kind: 'text' }, { words: 'Policy' }, { words: 'Rules', kind: 'number' }],
    rows: exceptions.map(({ words, policy, count }) => [words, policy, count]),
  };
}

function policyTable(policies: readonly Policy[], { policies: totals }: Totals): PageTable {
  const asked = policies.flatMap((policy) => {
    const { verdicts } = totals.get(policy.id) ?? {};
    return verdicts === undefined ? [] : [{ policy, ...verdicts }];
  });
  const order = SEVERITIES.flatMap((severity) =>
    asked.filter(({ policy }) => policy.severity === severity).toSorted((a, b) => b.violation - a.violation),
  );
  return {
    id: 'policies',
    heading: 'Policies',
    columns: [
      ...[{ words: 'Policy' }, { words: 'Severity' }],
      ...['Violations', 'Undecided', 'Exempt'].map((words) => ({ words, kind: 'number' as const })),
      { words: 'Wanted state', kind: 'text' },
    ],
    rows: order.map(({ policy, violation, undecided, exempt }) => {
      const { id, mode, severity, title } = policy;
      return [policyInWords({ policy: id, mode }), { severity }, violation, undecided, exempt, title];
    }),
  };
}

/** What each filters is what it counts: rules, and not the findings of several policies on one of them. */
function tilesOf(totals: Totals): readonly Tile[] {
  const severities = SEVERITIES.map((severity): Tile => {
    return {
      count: totals.violating[severity],
      words: severity,
      filter: 'severity',
      value: severity,
      tone: severity,
    };
  });
  const isAsked = KINDS.some((kind) => totals.exposures[kind] > 0);
  const reached: Tile = {
    count: totals.exposures.reachable,
    words: EXPOSURE_IN_WORDS.reachable,
    filter: 'exposure',
    value: 'reachable',
    tone: 'critical',
  };
  return [
    ...severities,
    ...(isAsked ? [reached] : []),
    { count: totals.verdicts.undecided, words: 'not evaluated', filter: 'verdict', value: 'undecided' },
    { count: totals.verdicts.exempt, words: 'exempt', filter: 'verdict', value: 'exempt' },
  ];
}

function notesOf({ left }: FoundRows, baseline: AuditFacts['summary']['baseline']): readonly string[] {
  return [
    ...(left === 0
      ? []
      : [
          `${left.toLocaleString('en')} less severe rows are counted above, and left out below: JSON and CSV have them.`,
        ]),
    ...(baseline === undefined
      ? []
      : [`${baseline.known} findings are in the baseline; ${baseline.gone} of the baseline were not found.`]),
  ];
}

/** `111122223333, eu-west-1`, or how many there are. */
function placesInWords(visited: ReadonlySet<string>): readonly string[] {
  const [first, ...others] = visited;
  if (first === undefined) return [];
  if (others.length === 0) return [first.replace('/', ', ')];
  const accounts = new Set([...visited].map((place) => place.split('/')[0]));
  const regions = new Set([...visited].map((place) => place.split('/')[1]));
  return [`${counted(accounts.size, 'account')} in ${counted(regions.size, 'region')}`];
}
