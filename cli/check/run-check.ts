// From files to findings.
import { statSync } from 'node:fs';
import type { DeclaredGroup } from '../../lib/infrastructure/declared.ts';
import type { DeclaredRule } from '../../lib/infrastructure/declared-rule.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { contentOf } from '../../lib/rule.ts';
import { setsOf } from '../input/audit-sources.ts';
import { parseListEntries } from '../input/exported.ts';
import { InputError, readJson } from '../input/input.ts';
import type { Io } from '../io.ts';
import { checkGroups } from './check-groups.ts';
import type { CheckFinding, CheckResult } from './finding.ts';
import { joinedGroups } from './joined-groups.ts';
import { type LiveInput, withLive } from './live-groups.ts';
import { readParameters, refuseUnknown } from './parameters-file.ts';
import { type CheckedFile, readFiles } from './read-files.ts';
import { placeFinder } from './source-lines.ts';

/** The options that say what is read. */
export interface CheckInput extends LiveInput {
  readonly account?: string;
  readonly principal?: readonly string[];
  readonly parameters?: string;
  readonly source?: string;
}

/** Reads the files and judges what they declare; also answers which files they were. */
export async function runCheck(
  io: Io,
  paths: readonly string[],
  policies: readonly Policy[],
  input: CheckInput,
): Promise<{ readonly result: CheckResult; readonly files: readonly string[] }> {
  const { account: accountId, region, principal, prefixLists: listFile, source } = input;
  refuseNoDirectory(source);
  const parameters = await readParameters(io, input.parameters);
  const files = await readFiles(io, paths, { parameters, accountId, region });
  refuseUnknown(input.parameters, parameters, files);
  const given = setsOf(
    listFile === undefined ? new Map() : parseListEntries(listFile, await readJson(io, listFile)),
  );
  const joined = joinedGroups(files.flatMap(({ declared }) => declared.groups)).map((group) =>
    placed(group, input),
  );
  const { groups, prefixLists } = await withLive(io, joined, policies, input);
  const surrounding = {
    prefixLists: new Map([...prefixLists, ...listsOf(files), ...given]),
    principals: principal ?? ('unknown' as const),
    now: new Date(),
  };
  const findings = withPlaces(checkGroups(groups, policies, surrounding), files, source);
  const caveats = files.flatMap(({ file, declared }) => declared.caveats.map((one) => ({ file, ...one })));
  const count = (verdict: CheckFinding['verdict']) =>
    findings.filter((one) => one.verdict === verdict).length;
  const summary = {
    groups: groups.length,
    rules: countRules(files),
    violation: count('violation'),
    exempt: count('exempt'),
    undecided: count('undecided'),
  };
  return { result: { findings, caveats, summary }, files: files.map(({ file }) => file) };
}

/** Else findings would have no lines, and nobody would know why. */
function refuseNoDirectory(source: string | undefined): void {
  if (source === undefined || statSync(source, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new InputError(
    `--source: \`${source}\` is not a directory: name that of the root module of the plan`,
  );
}

/** What a file does not say of where a group is, the options may. */
function placed(group: DeclaredGroup, { account, region }: CheckInput): DeclaredGroup {
  const { place } = group;
  return {
    ...group,
    place: { ...place, accountId: place.accountId ?? account, region: place.region ?? region },
  };
}

/** Lists that are not known are left out: the evaluator takes them for unread. */
function listsOf(files: readonly CheckedFile[]) {
  return files.flatMap(({ declared }) =>
    [...declared.prefixLists].flatMap(([name, set]) => (set === undefined ? [] : [[name, set] as const])),
  );
}

function withPlaces(
  found: ReturnType<typeof checkGroups>,
  files: readonly CheckedFile[],
  source: string | undefined,
): readonly CheckFinding[] {
  const declaredIn = new Map(
    files.flatMap((file) => {
      const place = placeFinder(file, source);
      return rulesIn(file).map(
        (declared) => [declared.rule, { file, place: () => place(declared) }] as const,
      );
    }),
  );
  return found.map(({ finding, rule }) => {
    const declared = declaredIn.get(rule);
    const checked = declared?.file.file ?? '';
    return { ...finding, file: checked, ...declared?.place(), checked };
  });
}

/** A rule may stand in several cases, and in several groups that it may be of. */
function countRules(files: readonly CheckedFile[]): number {
  const contents = files.map((file) => {
    return new Set(rulesIn(file).map(({ address, rule }) => `${address} ${rule.groupId} ${contentOf(rule)}`))
      .size;
  });
  return contents.reduce((sum, count) => sum + count, 0);
}

function rulesIn({ declared }: CheckedFile): readonly DeclaredRule[] {
  return declared.groups.flatMap(({ cases }) => cases.flatMap(({ rules }) => rules));
}
