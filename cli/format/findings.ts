// Findings of an audit for people: a page of them as soon as it is there, the most severe first, and at the end what sums them up.
import { KINDS } from '../../lib/exposure/exposure.ts';
import { SEVERITIES } from '../../lib/policy/policy.ts';
import { counted } from '../../lib/report/phrases.ts';
import type { AuditFinding, Summary } from '../input/audit-group.ts';
import { type Layout, layoutFor, policyInWords } from './finding-rows.ts';
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
  let worst: Findings = [];
  let count = 0;
  for await (const page of pages) {
    const sorted = bySeverity(page);
    yield `${count === 0 ? layout.begin : ''}${sorted.map(layout.show).join('')}`;
    count += 1;
    countUnread(unread, page);
    countPolicies(counts, page);
    worst = bySeverity([...worst, ...sorted.slice(0, WORST)]).slice(0, WORST);
  }
  const end = [total(summary), ...showUnread(unread, isLive)].join('\n');
  if (count > 0) yield layout.end;
  if (count > 1) yield `\nThe most severe findings:\n${show(layout, worst)}\n${showPolicies(counts)}\n`;
  yield `${end}\n`;
}

function show({ begin, show: showOne, end }: Layout, findings: Findings): string {
  return `${begin}${findings.map(showOne).join('')}${end}`;
}

function total({ groups, rules, ...verdicts }: Summary): string {
  return `${counted(groups, 'group')}, ${counted(rules, 'rule')}: ${verdictsInWords(verdicts)}`;
}

function verdictsInWords({ violation, exempt, undecided }: Verdicts): string {
  return `${counted(violation, 'violation')}, ${exempt} exempt, ${undecided} undecided`;
}

function bySeverity(findings: Findings): Findings {
  return findings.toSorted((a, b) => rank(a) - rank(b));
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
