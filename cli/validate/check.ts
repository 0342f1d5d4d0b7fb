// The warnings on settings and policies that have no errors.
import { dirname } from 'node:path';
import type { PolicyFile } from '../../lib/io/policy-files.ts';
import { readSettings, type SettingsFile } from '../../lib/io/settings-files.ts';
import { lint, type Warning } from '../../lib/policy/lint.ts';
import { doubtfulRegion } from '../../lib/policy/regions.ts';
import type { PolicyDocument } from '../../lib/policy/schema.ts';
import { lineAndColumn } from '../../lib/policy/schema-issues.ts';
import { pathOfOverride } from '../../lib/settings/shipped.ts';
import type { Connection } from '../input/live.ts';
import { NO_CASES, readTested, type Tested } from '../input/read-cases.ts';

export interface CheckOptions {
  readonly now: Date;
  /** Undefined where AWS is not asked. */
  readonly connection: Connection | undefined;
}

export interface Checked {
  /** What was checked, in words. */
  readonly what: string;
  readonly warnings: readonly string[];
  /** What else is to be said. */
  readonly notes: readonly string[];
}

/** Checks policies and their tests; within a directory, each policy has an id of its own. Throws FileError. */
export async function checkFiles(paths: readonly string[], options: CheckOptions): Promise<Checked> {
  const files = readTested(paths);
  const directories = [...Map.groupBy(files, ({ file }) => dirname(file)).values()];
  const found = await Promise.all(
    directories.map(async (beside) => {
      const documents = beside.map(({ policy }) => policy);
      return placed(await warningsOn(documents, options), (warning) => placeIn(beside, warning));
    }),
  );
  return {
    what: policies(files.length),
    warnings: [...files.flatMap(untested), ...found.flat()],
    notes: await nothingToAsk(
      files.map(({ policy }) => policy),
      options,
    ),
  };
}

/** Checks settings, with the policies in force and the tests of their owner. Throws FileError. */
export async function checkSettings(file: string, options: CheckOptions): Promise<Checked> {
  const settings = readSettings(file);
  const tested = settings.directory === undefined ? [] : readTested([settings.directory]);
  const warnings = placed(await warningsOn(settings.inForce, options), (one) =>
    placeInSettings(settings, one),
  );
  const own = tested.length === 0 ? 'none' : `${tested.length}`;
  return {
    what: `${file}: ${policies(settings.inForce.length)}, ${own} of your own`,
    warnings: [...doubtfulRegions(settings), ...tested.flatMap(untested), ...warnings],
    notes: await nothingToAsk(settings.inForce, options),
  };
}

function doubtfulRegions({ file, text, settings }: SettingsFile): readonly string[] {
  return Object.entries(settings.stages).flatMap(([stage, { regions = [] }]) =>
    regions.flatMap((region, index) => {
      const message = doubtfulRegion(region);
      if (message === undefined) return [];
      const { line, column } = lineAndColumn(text, ['stages', stage, 'regions', index]);
      return [`${file}:${line}:${column}: warning: ${message}`];
    }),
  );
}

/** Who asks for AWS, and gets no answer of it, would wonder whether it was asked. */
async function nothingToAsk(
  documents: readonly PolicyDocument[],
  { connection }: CheckOptions,
): Promise<readonly string[]> {
  if (connection === undefined) return [];
  const { namesList } = await liveLists();
  return documents.some(namesList) ? [] : ['--live: no policy names a prefix list, so AWS was not asked'];
}

function policies(count: number): string {
  return `${count} ${count === 1 ? 'policy' : 'policies'}`;
}

function untested({ file, tests, cases }: Tested): readonly string[] {
  if (cases === undefined) return [`${file}:1:1: warning: no test file \`${tests}\``];
  return cases.cases.length === 0 ? [`${tests}:1:1: warning: ${NO_CASES}`] : [];
}

/** The SDK takes longer to load than a check of the files. */
const liveLists = () => import('../input/live-lists.ts');

/** Policies are compared with those that are in force beside them. */
async function warningsOn(
  documents: readonly PolicyDocument[],
  { now, connection }: CheckOptions,
): Promise<readonly Warning[]> {
  if (connection === undefined) return lint(documents, now);
  const { unreadLists } = await liveLists();
  return [...lint(documents, now), ...(await unreadLists(documents, connection))];
}

/** A text, and a way to a place in it. */
interface Place {
  readonly file: string;
  readonly text: string;
  readonly path: Warning['path'];
}

function placed(
  warnings: readonly Warning[],
  placeOf: (warning: Warning) => Place | undefined,
): readonly string[] {
  return warnings.flatMap((warning) => {
    const place = placeOf(warning);
    if (place === undefined) return [];
    const { line, column } = lineAndColumn(place.text, place.path);
    return [`${place.file}:${line}:${column}: warning: ${warning.message}`];
  });
}

function placeIn(files: readonly PolicyFile[], { policy: id, path }: Warning): Place | undefined {
  const found = files.find(({ policy }) => policy.id === id);
  return found && { file: found.file, text: found.text, path };
}

/** What the settings change of a shipped policy stands in the settings. */
function placeInSettings(
  { file, text, settings, shipped, own }: SettingsFile,
  warning: Warning,
): Place | undefined {
  const policy = shipped.find((one) => one.policy.id === warning.policy)?.policy;
  const path = policy && pathOfOverride(policy, settings.shipped[policy.id], warning.path);
  return placeIn(own, warning) ?? (path ? { file, text, path } : placeIn(shipped, warning));
}
