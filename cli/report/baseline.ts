// Findings that are known: an audit fails only on others.
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { check } from '../input/exported.ts';
import { InputError, readJson } from '../input/input.ts';
import type { Io } from '../io.ts';
import type { Audited, Pages, Summary } from './finding.ts';
import { type FindingIdentity, identityKey, identityOf } from './finding-identity.ts';

const identity = z.strictObject({
  account: z.string(),
  region: z.string(),
  group: z.string(),
  policy: z.string(),
  direction: z.enum(['ingress', 'egress']),
  protocol: z.string(),
  ports: z.string(),
  peer: z.string(),
  undecided: z.literal(true).optional(),
});
const document = z.strictObject({ version: z.literal(1), findings: z.array(identity) });

/** The findings of a baseline, each as one text; throws InputError. */
export async function readBaseline(io: Io, file: string): Promise<ReadonlySet<string>> {
  const parsed = check<{ findings: readonly FindingIdentity[] }>(file, document, await readJson(io, file));
  return new Set(parsed.findings.map(identityKey));
}

/** Marks what a baseline has, and counts it. */
export async function* withKnown(
  pages: Pages,
  baseline: ReadonlySet<string>,
  summary: Summary,
): AsyncGenerator<readonly Audited[]> {
  const found = new Set<string>();
  const counts = { known: 0, gone: baseline.size };
  summary.baseline = counts;
  for await (const page of pages) {
    yield page.map((one) => {
      const key = knownAs(one, baseline);
      if (key === undefined) return one;
      found.add(key);
      counts.known += 1;
      counts.gone = baseline.size - found.size;
      return { ...one, finding: { ...one.finding, known: true as const } };
    });
  }
}

/** A violation that could not be evaluated before is new; what violated before, and cannot be evaluated now, is not. */
function knownAs(one: Audited, baseline: ReadonlySet<string>): string | undefined {
  if (one.finding.verdict === 'exempt') return undefined;
  const { undecided, ...certain } = identityOf(one);
  const keys = [
    identityKey(certain),
    ...(undecided === true ? [identityKey({ ...certain, undecided })] : []),
  ];
  return keys.find((key) => baseline.has(key));
}

/** Notes what passes by; what is excused needs no baseline. */
export async function* noted(
  pages: Pages,
  identities: FindingIdentity[],
): AsyncGenerator<readonly Audited[]> {
  for await (const page of pages) {
    for (const one of page) if (one.finding.verdict !== 'exempt') identities.push(identityOf(one));
    yield page;
  }
}

/** Writes a baseline, a finding a line in an order that does not change: fit for version control. Throws InputError. */
export async function writeBaseline(file: string, identities: readonly FindingIdentity[]): Promise<void> {
  const lines = [...new Set(identities.map((one) => JSON.stringify(one)))].toSorted();
  const list = lines.length === 0 ? '' : `\n${lines.map((line) => `    ${line}`).join(',\n')}\n  `;
  try {
    await writeFile(file, `{\n  "version": 1,\n  "findings": [${list}]\n}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`--write-baseline: ${file} cannot be written: ${why}`, { cause: error });
  }
}
