// Where the exceptions of policies are written: in the policy's own file or, for a shipped policy, in the settings.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../lib/io/settings-files.ts';
import { InputError } from '../input/input.ts';
import type { PolicySource } from '../input/policy-source.ts';
import { addExceptions, addToSettings } from './add-exceptions.ts';
import { type PolicyExceptions, showItems } from './exception.ts';

interface Place {
  readonly file: string;
  readonly kind: 'policy' | 'settings';
}

type PlaceOf = (policyId: string) => Place;

/** Tells where the exceptions of each policy go. */
function placesIn({ policies, settings }: PolicySource): PlaceOf {
  if (policies !== undefined) return (id) => ({ file: join(policies, `${id}.yaml`), kind: 'policy' });
  // Nobody edits what is shipped, also without settings yet.
  if (!settings) return () => ({ file: 'settings.yml', kind: 'settings' });
  const { own } = readSettings(settings);
  const files = new Map(own.map(({ file, policy }) => [policy.id, file]));
  return (id) => {
    const file = files.get(id);
    return file === undefined ? { file: settings, kind: 'settings' } : { file, kind: 'policy' };
  };
}

/** What to add to which file: each file once, as a whole that can be pasted. */
export function showAdditions(found: readonly PolicyExceptions[], source: PolicySource): readonly string[] {
  const placeOf = placesIn(source);
  const placed = found.map((one) => {
    const { file, kind } = placeOf(one.policyId);
    return one.policy === undefined
      ? { one, kind: 'policy' as const, heading: `${one.policyId}.yaml${UNKNOWN}` }
      : { one, kind, heading: file };
  });
  const shown = [...Map.groupBy(placed, ({ heading }) => heading)].flatMap(([heading, of]) => [
    heading,
    ...(of.some(({ kind }) => kind === 'settings') ? ['shipped:'] : []),
    ...of.flatMap(({ one, kind }) => showOne(one, kind)),
  ]);
  return ['', 'For it to stay, add to the policies and deploy:', ...shown, ''];
}

const UNKNOWN = '  (no such policy here: look for it where Portcullis is deployed from)';

function showOne({ policyId, policy, exceptions }: PolicyExceptions, kind: Place['kind']): readonly string[] {
  const [keys, indent] = kind === 'settings' ? [[`  ${policyId}:`], '    '] : [[], ''];
  const isFirst = kind === 'settings' || policy?.exceptions === undefined;
  return [
    ...keys,
    ...(isFirst ? [`${indent}exceptions:`] : []),
    ...showItems(exceptions).map((line) => `${indent}  ${line}`),
  ];
}

/** Adds exceptions to the files. Every file is changed in memory first: one that cannot be leaves all as they are. */
export function writeAdditions(found: readonly PolicyExceptions[], source: PolicySource): readonly string[] {
  if (source.policies === undefined && !source.settings)
    throw new InputError(
      '--write: what is shipped stays as it is: name your settings with --settings or PORTCULLIS_SETTINGS, or a directory with --policies',
    );
  const missing = found.find(({ policy }) => policy === undefined);
  if (missing !== undefined)
    throw new InputError(
      `--write: no policy \`${missing.policyId}\` in ${source.policies ?? source.settings}`,
    );
  const placeOf = placesIn(source);
  const changed = new Map<string, string>();
  for (const { policyId, exceptions } of found) {
    const { file, kind } = placeOf(policyId);
    const text = changed.get(file) ?? readFileSync(file, 'utf8');
    const after =
      kind === 'policy'
        ? addExceptions(file, text, exceptions)
        : addToSettings(file, text, policyId, exceptions);
    changed.set(file, after);
  }
  for (const [file, text] of changed) writeFileSync(file, text);
  const files = [...changed.keys()];
  return [
    '',
    ...files.map((file) => `Added to ${file}: test and deploy it before you put the rules back.`),
    '',
  ];
}
