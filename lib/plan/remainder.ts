// What is left of a rule when only what is forbidden is revoked, as the fewest rules that EC2 can hold.
//
// Beside the forbidden traffic the rule stays as it is: one rule for each range of ports. At the forbidden traffic the
// addresses that are allowed stay, as CIDR blocks: each is one rule from the first to the last port where it is
// needed, because what lies between is allowed anyway.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Violation } from '../evaluate/evaluate.ts';
import { type AddressSet, blocksOf, type Cidr, isEmpty, printCidr } from '../network/cidr.ts';
import { type Interval, type Intervals, minus, overlaps, toIntervals, within } from '../network/intervals.ts';
import {
  AH,
  ALL_TRAFFIC,
  ESP,
  GRE,
  ICMP,
  ICMPV6,
  printTraffic,
  protocolTraffic,
  sayableParts,
  TCP,
  UDP,
} from '../network/ports.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { cellsIn, forbiddenTraffic, foreignToPeer, isUncut, keptAt } from './allowed-rest.ts';

/**
 * What a trimmed rule loses although no policy forbids it: the `protocols` of a `-1` rule that hardly anybody uses, ICMP `types`
 * or `addresses` that would take too many rules (or are entries of a prefix list, which cannot be cut), or `all`; `deployment` is all of
 * it too, where the deployment may not trim.
 */
export type Loss = 'protocols' | 'types' | 'addresses' | 'all' | 'deployment';

export interface Remainder {
  /** In EC2's shape, without ids, with the description and the tags of the rule they are left of. */
  readonly rules: readonly AwsSecurityGroupRule[];
  readonly losses: readonly Loss[];
}

/** What is kept of a rule for all traffic: a rule for each of 256 protocols would fill the group. */
const KEPT_PROTOCOLS = [ICMP, TCP, UDP, GRE, ESP, AH, ICMPV6];

/** The rule without what the violations forbid of it, in no more than `limit` rules; none where the deployment may not trim. */
export function remainderOf(
  rule: SecurityGroupRule,
  violations: readonly Violation[],
  limit: number,
): Remainder {
  const forbidden = forbiddenTraffic(violations);
  const lanes = lanesOf(rule, violations);
  const beside = minus(lanes, forbidden).map(sayableParts);
  // All ICMP types but a few are hundreds of rules: these must not cost the ports that stay.
  const isLong = beside.flat().length > limit;
  const sayable = isLong ? beside.filter((parts) => parts.length === 1) : beside;
  const ports = sayable.flat().map((traffic) => remain(rule, traffic));
  const blocks = lanes.flatMap((lane) => piecesAt(lane, rule, violations, limit));
  const beyond = minus([rule.traffic], toIntervals([...lanes, ...foreignToPeer(rule)]));
  const cells = beyond.flatMap((part) => cellsIn(part, violations));
  const isLost = cells
    .map((cell) => keptAt(cell, rule, violations))
    .some(({ kept, isWhole }) => isWhole || !isEmpty(kept));
  const losses = [
    ...(isLost ? (['protocols'] as const) : []),
    ...(sayable.length < beside.length ? (['types'] as const) : []),
  ];
  if (ports.length + blocks.length <= limit) {
    const addresses = isUncut(rule, violations) ? (['addresses'] as const) : [];
    return { rules: [...ports, ...blocks], losses: [...losses, ...addresses] };
  }
  if (ports.length > limit || ports.length === 0)
    return { rules: [], losses: [limit === 0 ? 'deployment' : 'all'] };
  return { rules: ports, losses: [...losses, 'addresses'] };
}

/** The traffic of the rule that can be said in parts, one interval for each protocol; all as one where no policy parts it. */
function lanesOf(rule: SecurityGroupRule, violations: readonly Violation[]): Intervals<number> {
  const { traffic } = rule;
  const isParted = violations.some((violation) => !within([ALL_TRAFFIC], forbiddenTraffic([violation])));
  if (!within([ALL_TRAFFIC], [traffic]) || !isParted) return [traffic];
  const lanes = KEPT_PROTOCOLS.map(protocolTraffic);
  return lanes.filter((lane) => !overlaps([lane], foreignToPeer(rule)));
}

/** The blocks that stay allowed where a lane is forbidden to others; more than `limit` of them are not completed. */
function piecesAt(
  lane: Interval<number>,
  rule: SecurityGroupRule,
  violations: readonly Violation[],
  limit: number,
): readonly AwsSecurityGroupRule[] {
  const cells = cellsIn(lane, violations).map((traffic) => {
    const { kept, isWhole } = keptAt(traffic, rule, violations);
    return { traffic, kept, blocks: isWhole ? [] : blocksOf(kept) };
  });
  const tooMany = cells.find(({ blocks }) => blocks.length > limit);
  if (tooMany !== undefined) return tooMany.blocks.map((block) => remain(rule, tooMany.traffic, block));
  const blocks = new Map(cells.flatMap((cell) => cell.blocks).map((block) => [printCidr(block), block]));
  return [...blocks.values()].flatMap((block) =>
    partsOf(block, cells).map((traffic) => remain(rule, traffic, block)),
  );
}

interface Cell {
  readonly traffic: Interval<number>;
  readonly kept: AddressSet;
  /** The blocks that must be said here; none where the whole rule stays. */
  readonly blocks: readonly Cidr[];
}

/** The intervals of the rules for a block. Where a span takes a rule for each ICMP type in it, the cells that need the block may take fewer. */
function partsOf(block: Cidr, cells: readonly Cell[]): readonly Interval<number>[] {
  return spansOf(block, cells).flatMap((span) => {
    const needed = cells.filter((cell) => within([cell.traffic], [span]) && needs(cell, block));
    const apart = needed.flatMap(({ traffic }) => sayableParts(traffic));
    const spanned = sayableParts(span);
    return spanned.length <= apart.length ? spanned : apart;
  });
}

/** From the first to the last cell that needs the block, as far as all cells between allow it. */
function spansOf(block: Cidr, cells: readonly Cell[]): Intervals<number> {
  const spans = new Map<number, number>();
  let start: number | undefined;
  for (const cell of cells) {
    if (needs(cell, block)) {
      start ??= cell.traffic[0];
      spans.set(start, cell.traffic[1]);
    }
    if (!within([block.addresses], cell.kept[block.family])) start = undefined;
  }
  return [...spans];
}

function needs({ blocks }: Cell, block: Cidr): boolean {
  return blocks.some((other) => printCidr(other) === printCidr(block));
}

function remain({ aws }: SecurityGroupRule, traffic: Interval<number>, block?: Cidr): AwsSecurityGroupRule {
  const { SecurityGroupRuleId: _id, SecurityGroupRuleArn: _arn, ...rest } = aws;
  const source =
    block === undefined ? {} : { [block.family === 'ipv4' ? 'CidrIpv4' : 'CidrIpv6']: printCidr(block) };
  return { ...rest, ...printTraffic(traffic), ...source };
}
