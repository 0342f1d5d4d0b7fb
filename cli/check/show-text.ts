// What a check found, for people: as compilers print it, so that editors and terminals lead to the place.
import type { Missing } from '../../lib/infrastructure/declared-place.ts';
import { mostSevereFirst } from '../../lib/policy/severity.ts';
import { counted } from '../../lib/report/phrases.ts';
import { listInWords, wrap } from '../../lib/report/sanitize.ts';
import { policyInWords } from '../report/rows.ts';
import { declaredInWords } from './declared-in-words.ts';
import type { CheckFinding, CheckResult, FileCaveat } from './finding.ts';

/** The findings, the most severe first, what was not read, and the sum. */
export function showCheck({ findings, caveats, summary }: CheckResult, columns = 100): string {
  const sorted = findings.toSorted(mostSevereFirst);
  const rows = Map.groupBy(sorted, ({ file, address, rule, verdict }) =>
    JSON.stringify([file, address, rule, verdict]),
  );
  const { groups, rules, violation, exempt, undecided } = summary;
  return [
    ...[...rows.values()].map((row) => `${showRow(row, columns)}\n`),
    ...caveats.map((caveat) => `${showCaveat(caveat)}\n`),
    `${counted(groups, 'group')}, ${counted(rules, 'rule')}: ${counted(violation, 'violation')}, ${exempt} exempt, ${undecided} undecided`,
    ...hints(findings),
  ].join('\n');
}

/** Several policies may say the same of a rule. */
function showRow(row: readonly CheckFinding[], columns: number): string {
  const [first] = row;
  if (first === undefined) return '';
  const { severity, verdict, address, groupId, groupName, rule, when, wouldNeed } = first;
  const name = groupName === '' || groupName === groupId ? '' : ` (${plain(groupName)})`;
  const indented = (text: string) => wrap(text, Math.max(columns - 2, 20)).map((line) => `  ${line}`);
  return [
    `${placeOf(first)}: ${severity} ${verdict}: ${row.map(policyInWords).join(', ')}`,
    ...indented(`${plain(address)}, in ${plain(groupId)}${name}`),
    ...indented(declaredInWords(rule)),
    ...indented([...new Set(row.map(({ reason }) => reason))].join(' ')),
    ...(when === undefined ? [] : indented(`This is so if ${when.map((one) => plain(one)).join(', ')}.`)),
    ...(wouldNeed === undefined
      ? []
      : indented(`If one of its principals deploys it, this would excuse it: ${wouldNeed.join('; ')}.`)),
  ].join('\n');
}

/** One line of bounded length; what prints it takes out control sequences. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}

function placeOf({ file, line }: { readonly file: string; readonly line?: number }): string {
  return line === undefined ? file : `${file}:${line}`;
}

const KINDS = { note: 'note', gap: 'not read', incomplete: 'incomplete' };

function showCaveat({ file, address, text, kind }: FileCaveat): string {
  return `${file}: ${KINDS[kind]}: ${address === undefined ? '' : `${plain(address)}: `}${plain(text)}`;
}

/** What an account knows of its groups. */
const OF_GROUPS: readonly Missing[] = ['group name', 'group id', 'VPC', 'tags'];
const WORDS: Readonly<Partial<Record<Missing, string>>> = { 'group name': 'name', 'group id': 'id' };

/** How to say what could not be evaluated without. */
function hints(findings: readonly CheckFinding[]): readonly string[] {
  const undecided = findings.filter(({ verdict }) => verdict === 'undecided');
  const missing = new Set(undecided.flatMap((one) => one.missing ?? []));
  const ofGroups = OF_GROUPS.filter((one) => missing.has(one));
  const lists = [...new Set(undecided.flatMap(({ unread = [] }) => unread))].filter(
    (name) => !name.includes(' '),
  );
  const example = JSON.stringify(
    Object.fromEntries(lists.slice(0, 2).map((name) => [plain(name), ['203.0.113.0/24']])),
  );
  return [
    ...(ofGroups.length === 0
      ? []
      : [
          `For the ${listInWords(ofGroups.map((one) => WORDS[one] ?? one))} of existing groups, use --live to read them from your account, or --from FILE to read an export.`,
        ]),
    ...(['account', 'region'] as const).flatMap((one) =>
      missing.has(one) ? [`For the ${one}, use --${one}.`] : [],
    ),
    ...(lists.length === 0
      ? []
      : [`For prefix lists, use --live, or --prefix-lists FILE with JSON such as ${example}.`]),
    ...(undecided.length === 0
      ? []
      : ['With --unknown warn, what could not be evaluated does not fail the check.']),
  ];
}
