// Where the reader of a report finds each policy: in a file of the repository that the report is for.
import { readPolicyFiles } from '../../lib/io/policy-files.ts';
import { readSettings } from '../../lib/io/settings-files.ts';
import { lineAndColumn } from '../../lib/policy/schema-issues.ts';
import { type PolicySource, shippedDirectory } from '../input/policy-source.ts';
import { repositoryPath } from './repository-path.ts';
import type { FilePlace } from './sarif.ts';

/** Where a policy can be changed. */
export interface PolicyPlace extends FilePlace {
  /** Whether these are settings, which change a shipped policy. */
  readonly isSettings: boolean;
}

/** The policy's own file or, for a shipped policy that settings put in force, the settings: nobody edits what is shipped. */
export function policyPlaces({ policies, settings }: PolicySource): (policyId: string) => PolicyPlace {
  if (policies !== undefined || !settings) {
    const directory = policies ?? shippedDirectory();
    const places = placesOf(readPolicyFiles([directory]));
    return (id) => places.get(id) ?? { path: repositoryPath(directory), line: 1, isSettings: false };
  }
  const { text, own } = readSettings(settings);
  const places = placesOf(own);
  const path = repositoryPath(settings);
  return (id) =>
    places.get(id) ?? { path, line: lineAndColumn(text, ['shipped', id]).line, isSettings: true };
}

/** The same for exceptions: those of shipped policies belong into settings, also where there are none yet. */
export function exceptionPlaces(source: PolicySource): (policyId: string) => PolicyPlace {
  if (source.policies !== undefined || source.settings) return policyPlaces(source);
  return () => ({ path: 'settings.yml', line: 1, isSettings: true });
}

function placesOf(files: ReturnType<typeof readPolicyFiles>): ReadonlyMap<string, PolicyPlace> {
  return new Map(
    files.map(({ file, text, policy }) => {
      return [
        policy.id,
        { path: repositoryPath(file), line: lineAndColumn(text, ['id']).line, isSettings: false },
      ];
    }),
  );
}
