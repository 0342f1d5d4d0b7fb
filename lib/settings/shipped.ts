// Which policies are in force: the shipped ones as the settings change them, and those of the owner.
import type { PolicyDocument } from '../policy/schema.ts';
import type { SettingsDocument } from './schema.ts';

type Overrides = SettingsDocument['shipped'];

/** All policies, by id. A policy of the owner stands in for a shipped one that is off. */
export function effectivePolicies(
  shipped: readonly PolicyDocument[],
  own: readonly PolicyDocument[],
  overrides: Overrides,
): readonly PolicyDocument[] {
  const ids = new Set(own.map(({ id }) => id));
  const changed = shipped
    .filter(({ id }) => !ids.has(id))
    .map((policy) => withOverride(policy, overrides[policy.id]));
  return [...changed, ...own].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** True for an id that a policy of the owner cannot have, because the shipped policy with this id is evaluated, too. */
export function isTaken(id: string, shipped: readonly PolicyDocument[], overrides: Overrides): boolean {
  return shipped.some((policy) => policy.id === id) && overrides[id]?.mode !== 'off';
}

function withOverride(policy: PolicyDocument, override: Overrides[string] | undefined): PolicyDocument {
  if (override === undefined) return policy;
  const { mode = policy.mode, action = policy.action, grace = policy.grace, exceptions } = override;
  const { otherwise: _, ...others } = policy;
  const rest = action === 'trim' ? policy : others;
  const all = [...(policy.exceptions ?? []), ...(exceptions ?? [])];
  const changed = { ...rest, mode, action, grace };
  return exceptions === undefined ? changed : { ...changed, exceptions: all };
}

/** Where in the settings that part of a policy stands that they change; undefined for what they leave as it is shipped. */
export function pathOfOverride(
  { id, exceptions = [] }: PolicyDocument,
  override: Overrides[string] = {},
  [key = '', index, ...rest]: readonly (string | number)[],
): readonly (string | number)[] | undefined {
  if (!Object.hasOwn(override, key)) return undefined;
  if (key !== 'exceptions' || typeof index !== 'number') return ['shipped', id, key];
  // Those of the settings come after those that are shipped.
  const own = index - exceptions.length;
  return own < 0 ? undefined : ['shipped', id, key, own, ...rest];
}
