// Whether the deployment may do what its policies say.
import type { Issue } from '../lib/policy/read-yaml.ts';
import type { PolicyDocument } from '../lib/policy/schema.ts';

/** The policies that trim, or would in a dry run, where nothing may be added: they would revoke whole rules instead. */
export function unableToTrim(policies: readonly PolicyDocument[], trimLimit: number): readonly Issue[] {
  if (trimLimit > 0) return [];
  const message =
    'the policy trims, but this deployment may add no rules: give it `--param="trimLimit=10"` as well';
  return policies
    .filter(({ action, mode }) => action === 'trim' && mode !== 'off')
    .map(({ id }) => ({ file: `policies/${id}.yaml`, line: 1, column: 1, message }));
}
