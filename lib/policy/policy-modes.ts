// What the mode of a policy means: whether it is judged, and whether it may act. The deployment's mode is the ceiling.
import type { Policy } from './policy.ts';

/** The policies that are judged where nobody asks for more: all that are not off. */
export function withoutOff(policies: readonly Policy[]): readonly Policy[] {
  return policies.filter(({ mode }) => mode !== 'off');
}

/** True for a policy that may have rules revoked. */
export function mayRevoke({ mode, action }: Policy): boolean {
  return mode === 'enforce' && action !== 'notify';
}

/** The policies as a deployment of that mode enforces them: in a dry run none. A list is made once. */
export function underCeiling(policies: readonly Policy[], ceiling: 'enforce' | 'dry-run'): readonly Policy[] {
  if (ceiling === 'enforce') return policies;
  const known = IN_DRY_RUN.get(policies);
  if (known !== undefined) return known;
  const made = policies.map(inDryRun);
  IN_DRY_RUN.set(policies, made);
  return made;
}

const IN_DRY_RUN = new WeakMap<readonly Policy[], readonly Policy[]>();

function inDryRun(policy: Policy): Policy {
  if (policy.mode !== 'enforce') return policy;
  return { ...policy, mode: 'dry-run', document: { ...policy.document, mode: 'dry-run' } };
}
