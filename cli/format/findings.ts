// Findings of an audit for people: a page of them as soon as it is there, the most severe first, and at the end what sums them up.
import { KINDS } from '../../lib/exposure/exposure.ts';
import { SEVERITIES } from '../../lib/policy/policy.ts';
import { counted } from '../../lib/report/phrases.ts';
import type { AuditFinding, Summary } from '../input/audit-group.ts';
import { type Layout, layoutFor, policyInWords, type Row, rowsOf } from './finding-rows.ts';
import { countUnread, showUnread, type UnreadCounts } from './unread.ts';

type Findings = readonly AuditFinding[];

/** So many are shown again at the end, where all together are more than a page. */
const WORST = 20;

/** The summary is read when all pages have come. */
export async function* findingsAsTable(
  pages: AsyncIterable<Findings>,
  summary: Readonly<Summary>,
  isLive: boolean,
  columns = Number.POSITIVE_INFINITY,
): AsyncGenerator<string> {
  const layout = layoutFor(columns);
  const unread: UnreadCounts = new Map();
  const counts: PolicyCounts = new Map();
  let worst: readonly Row[] = [];
  let [count, violating] = [0, 0];
  for await (const page of pages) {
    const rows = rowsOf(page.toSorted((a, b) => rank(a) - rank(b)));
    if (count === 0) yield layout.begin;
    for (const row of rows) yield layout.show(row);
    count += 1;
    violating += rows.filter(([{ verdict }]) => verdict === 'violation').length;
    countUnread(unread, page);
    countPolicies(counts, page);
    worst = [...worst, ...rows.slice(0, WORST)].toSorted(([a], [b]) => rank(a) - rank(b)).slice(0, WORST);
  }
  if (count > 0) yield layout.end;
  if (count > 1) yield `\nThe most severe findings:\n${show(layout, worst)}\n${showPolicies(counts)}\n`;
  yield `${[inTotal(violating, summary), ...showUnread(unread, isLive)].join('\n')}\n`;
}

function show({ begin, show: showRow, end }: Layout, rows: readonly Row[]): string {
  return `${begin}${rows.map(showRow).join('')}${end}`;
}

/** `2 groups, 9 rules: 3 violations by 1 rule, 0 exempt, 1 undecided`; of as many rules as violations nothing is said. */
function inTotal(violating: number, { groups, rules, ...verdicts }: Summary): string {
  const by = violating < verdicts.violation ? ` by ${counted(violating, 'rule')}` : '';
  return `${counted(groups, 'group')}, ${counted(rules, 'rule')}: ${verdictsInWords(verdicts, by)}`;
}

function verdictsInWords({ violation, exempt, undecided }: Verdicts, by = ''): string {
  return `${counted(violation, 'violation')}${by}, ${exempt} exempt, ${undecided} undecided`;
}

/** Of findings of one severity, those come first that packets from the internet reach. */
function rank({ severity, exposure }: AuditFinding): number {
  const kind = exposure === undefined ? KINDS.length : KINDS.indexOf(exposure.exposure.kind);
  return SEVERITIES.indexOf(severity) * (KINDS.length + 1) + kind;
}

type Verdicts = Record<AuditFinding['verdict'], number>;

/** How often each policy found what, with a finding that names it. */
type PolicyCounts = Map<string, { readonly example: AuditFinding; readonly verdicts: Verdicts }>;

function countPolicies(counts: PolicyCounts, findings: Findings): void {
  for (const example of findings) {
    const known = counts.get(example.policy) ?? {
      example,
      verdicts: { violation: 0, exempt: 0, undecided: 0 },
    };
    known.verdicts[example.verdict] += 1;
    counts.set(example.policy, known);
  }
}

function showPolicies(counts: PolicyCounts): string {
  const order = ({ example: { severity } }: { example: AuditFinding }) => SEVERITIES.indexOf(severity);
  return [...counts.values()]
    .toSorted((a, b) => order(a) - order(b))
    .map(
      ({ example, verdicts }) =>
        `${example.severity} ${policyInWords(example)}: ${verdictsInWords(verdicts)}\n`,
    )
    .join('');
}
