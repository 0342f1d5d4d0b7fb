// What policies that trim do where the deployment may not.
import type { PolicyDocument } from '../lib/policy/schema.ts';

/** A line for each policy that trims, where nothing may be added: what it does instead. */
export function trimNotices(policies: readonly PolicyDocument[], trimLimit: number): readonly string[] {
  if (trimLimit > 0) return [];
  return policies
    .filter(({ action }) => action === 'trim')
    .map(({ id, otherwise = 'revoke' }) => `policies/${id}.yaml: ${INSTEAD[otherwise]} (${WHY})`);
}

const WHY = 'this deployment may not add rules: trimLimit is 0';
const INSTEAD = {
  notify: 'only reports the rules that it would trim',
  revoke: 'revokes as a whole the rules that it would trim',
};
