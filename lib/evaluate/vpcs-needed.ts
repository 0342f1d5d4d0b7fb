// Which reads of VPCs judging takes.
import type { Policy } from '../policy/policy.ts';
import { looksAtOwnVpcs } from './own-vpcs.ts';

/** What of VPCs must be read. */
export interface VpcsNeeded {
  /** With which VPCs groups are associated. */
  readonly associations: boolean;
  /** The CIDR blocks of VPCs. */
  readonly blocks: boolean;
}

const NEEDS = new WeakMap<readonly Policy[], VpcsNeeded>();

/** What judging by these policies may need; computed once for each list of policies. */
export function vpcsNeeded(policies: readonly Policy[]): VpcsNeeded {
  const known = NEEDS.get(policies);
  if (known !== undefined) return known;
  const blocks = policies.some(looksAtOwnVpcs);
  const needed = { associations: blocks || policies.some(namesVpcs), blocks };
  NEEDS.set(policies, needed);
  return needed;
}

function namesVpcs({ scope, exceptions }: Policy): boolean {
  return [scope, ...exceptions.map(({ where }) => where)].some((selector) => selector?.vpcs !== undefined);
}
