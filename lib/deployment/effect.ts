// What a policy does to a rule that violates it, in a deployment.
import type { PolicyManifest } from './manifest.ts';

/** The weakest first. */
const EFFECTS = ['off', 'report', 'trim or report', 'trim or revoke', 'revoke'] as const;

export type PolicyEffect = (typeof EFFECTS)[number];

/** What limits all policies of a deployment. */
export interface Ceiling {
  readonly mode: string;
  /** `0` where the deployment may not add rules. */
  readonly trimLimit: string;
}

/** What the policy does under this ceiling. */
export function effectOf(
  { mode, action, otherwise = 'revoke' }: PolicyManifest,
  ceiling: Ceiling,
): PolicyEffect {
  if (mode === 'off') return 'off';
  if (mode === 'dry-run' || ceiling.mode !== 'enforce' || action === 'notify') return 'report';
  if (action === 'revoke') return 'revoke';
  const orElse = otherwise === 'revoke' ? 'revoke' : 'report';
  return ceiling.trimLimit === '0' ? orElse : `trim or ${orElse}`;
}

/** True for what changes groups. */
export function acts(effect: PolicyEffect): boolean {
  return effect !== 'off' && effect !== 'report';
}

export function isStronger(effect: PolicyEffect, than: PolicyEffect): boolean {
  return EFFECTS.indexOf(effect) > EFFECTS.indexOf(than);
}
