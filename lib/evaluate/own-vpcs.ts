// The group's own VPCs, for policies with `vpc` in what they allow.
import { type BlockList, listOfSet } from '../network/nat64.ts';
import { HOME_VPC, OTHER_VPCS } from '../network/vpcs.ts';
import type { Policy } from '../policy/policy.ts';
import type { Context } from './context.ts';
import type { UnreadList } from './prefix-lists.ts';

/** True for a policy with `vpc` in what it allows. */
export function looksAtOwnVpcs({ allowedLists }: Policy): boolean {
  return allowedLists.includes(OTHER_VPCS);
}

/** The context with the blocks of the group's VPCs, as far as they are known, beside the entries of prefix lists. */
export function withOwnVpcs(context: Context, policies: readonly Policy[]): Context {
  if (!policies.some(looksAtOwnVpcs)) return context;
  const { vpcs, prefixLists } = context;
  const blocks = [[HOME_VPC, vpcs.home] as const, [OTHER_VPCS, vpcs.others] as const];
  const known = blocks.flatMap(([name, set]) => (set === undefined ? [] : [[name, listOfSet(set)] as const]));
  return { ...context, prefixLists: new Map<string, BlockList | UnreadList>([...prefixLists, ...known]) };
}
