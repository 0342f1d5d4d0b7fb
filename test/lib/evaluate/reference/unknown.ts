// Which rules nobody can judge while a prefix list is unread. Trying a list empty and then a list of everything would not tell:
// a list that excuses one rule may be what another rule admits.

import type { Context } from '../../../../lib/evaluate/context.ts';
import type { PrefixLists } from '../../../../lib/evaluate/prefix-lists.ts';
import { unreadInWords } from '../../../../lib/evaluate/unread.ts';
import { type AddressSet, countOf, FAMILIES, NO_ADDRESSES } from '../../../../lib/network/cidr.ts';
import type { Limit } from '../../../../lib/policy/policy.ts';
import type { SecurityGroupRule } from '../../../../lib/rule.ts';
import type { Area, Counted } from './counted.ts';
import { type Cells, cellsOf, isTolerableInSum, keep, makeCells } from './reach.ts';

/** A rule with all that may count. */
export interface PossiblePart {
  readonly rule: SecurityGroupRule;
  readonly counted: Counted;
}

/**
 * The rules that may be too many, each with the rules of unknown content that may make it so. A rule is compliant if every cell where it
 * counts stays tolerable with the most that may count there.
 */
export function doubtful<P extends PossiblePart>(
  parts: readonly P[],
  limits: readonly Limit[],
): ReadonlyMap<SecurityGroupRule, readonly P[]> {
  const unknown = parts.filter(({ counted: { certain, possible } }) => certain !== possible);
  if (unknown.length === 0) return new Map();
  const barred = unknown.filter(({ counted }) => counted.possible.some((area) => area.barred !== undefined));
  return new Map([
    ...doubtfulBeside(parts, unknown, limits),
    ...barred.map((part) => [part.rule, [part]] as const),
  ]);
}

/** Why a rule could not be evaluated. */
export interface Doubt {
  readonly because: string;
  /** What is not known: prefix lists by id or name, HOME_VPC, OTHER_VPCS, ASSOCIATIONS. None where a rule itself cannot be read. */
  readonly unread: readonly string[];
}

/** Why a rule is doubtful, given the rules of unknown content that make it so; it may be one of them. */
export function doubtOf(
  rule: SecurityGroupRule,
  unknown: readonly PossiblePart[],
  { prefixLists }: Context,
): Doubt {
  const own = unknown.find((part) => part.rule === rule);
  const [of = own] = unknown;
  const why = unknownIn(own ?? of, prefixLists);
  const because = own === undefined ? `${why}, and it may be too many beside ${of?.rule.id}` : why;
  return { because, unread: [...new Set(unknown.flatMap(({ counted }) => counted.unread))] };
}

function unknownIn(part: PossiblePart | undefined, prefixLists: PrefixLists): string {
  if (part?.rule.peer.kind === 'unreadable') return part.rule.peer.reason;
  return unreadInWords(part?.counted.unread ?? [], prefixLists);
}

function doubtfulBeside<P extends PossiblePart>(
  parts: readonly P[],
  unknown: readonly P[],
  limits: readonly Limit[],
): readonly (readonly [SecurityGroupRule, readonly P[]])[] {
  const reaching = parts.map(({ rule, counted }) => ({ rule, actionable: true, areas: counted.possible }));
  if (isTolerableInSum(reaching, limits)) return [];
  const cells = makeCells(reaching);
  for (const part of reaching) keep(part, cells);
  const unknownAt = unknownByCell(unknown, cells);
  return parts.flatMap(({ rule, counted }) => {
    const cell = doubtfulCell(counted.possible, cells, unknownAt, limits);
    return cell === undefined ? [] : [[rule, unknownAt.get(cell) ?? []] as const];
  });
}

function unknownByCell<P extends PossiblePart>(
  unknown: readonly P[],
  cells: Cells,
): ReadonlyMap<number, readonly P[]> {
  const byCell = new Map<number, P[]>();
  for (const part of unknown) {
    for (const cell of part.counted.possible.flatMap((area) => cellsOf(area, cells))) {
      byCell.set(cell, [...(byCell.get(cell) ?? []), part]);
    }
  }
  return byCell;
}

function doubtfulCell(
  areas: readonly Area[],
  cells: Cells,
  unknownAt: ReadonlyMap<number, unknown>,
  limits: readonly Limit[],
): number | undefined {
  for (const area of areas) {
    const isOverAt = (cell: number) =>
      limits.some(({ tolerance }, index) =>
        isOver(area.sets[index] ?? NO_ADDRESSES, cells.reach[cell]?.[index] ?? NO_ADDRESSES, tolerance),
      );
    const found = cellsOf(area, cells).find((cell) => unknownAt.has(cell) && isOverAt(cell));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** True when the set is part of a reach that is more than is tolerated, in the same family. */
function isOver(set: AddressSet, reach: AddressSet, tolerance: Limit['tolerance']): boolean {
  return FAMILIES.some((family) => set[family].length > 0 && countOf(reach, family) > tolerance[family]);
}
