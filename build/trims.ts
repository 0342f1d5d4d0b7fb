// What policies that trim do where the deployment may not.
import type { PolicyDocument } from '../lib/policy/schema.ts';

/** A line for each policy that trims, where nothing may be added: what it does instead. */
export function trimNotices(policies: readonly PolicyDocument[], trimLimit: number): readonly string[] {
  if (trimLimit > 0) return [];
  return policies
    .filter(({ action, mode }) => action === 'trim' && mode !== 'off')
    .map(({ id, mode, otherwise = 'revoke' }) => {
      const what = (mode === 'dry-run' ? IN_DRY_RUN : INSTEAD)[otherwise];
      return `policy ${id}: ${what} the rules that it would trim (${WHY})`;
    });
}

const WHY = 'this deployment may not add rules: trimLimit is 0';
const INSTEAD = { notify: 'only reports', revoke: 'revokes as a whole' };
const IN_DRY_RUN: typeof INSTEAD = { ...INSTEAD, revoke: 'would revoke as a whole' };
