// One rule of a group made to admit more.
import fc from 'fast-check';
import { knownBlocks } from './respell.ts';
import { type Block, block, expressible, type TinyGroup, type TinyRule } from './world.ts';

const WAYS = ['a port below', 'a port above', 'all traffic', 'twice the block', 'another block'] as const;

export interface Widening {
  readonly way: (typeof WAYS)[number];
  readonly another: Block;
}
export const widening: fc.Arbitrary<Widening> = fc.record({ way: fc.constantFrom(...WAYS), another: block });

/** The wider rule, and the group with it in place of the old one. A rule that has no such way stays as it is. */
export function widen(
  { rules, lists, place }: TinyGroup,
  rule: TinyRule,
  { way, another }: Widening,
): { readonly wider: TinyRule; readonly group: TinyGroup } {
  const known = knownBlocks(rule, lists);
  const isListed = way === 'another block' && known.length > 0;
  const wider = isListed ? { ...rule, source: { list: 'pl-0wide' } } : widenAlone(rule, way);
  const wide = { 'pl-0wide': { entries: [...known, another], isReadable: true } };
  return {
    wider,
    group: {
      rules: rules.map((other) => (other === rule ? wider : other)),
      lists: { ...lists, ...wide },
      place,
    },
  };
}

function widenAlone(rule: TinyRule, way: Widening['way']): TinyRule {
  const { protocol, from, to } = rule;
  if (way === 'a port below') {
    return { ...rule, ...expressible(protocol, Math.min(from, Math.max(20, from - 1)), to) };
  }
  if (way === 'a port above') {
    return { ...rule, ...expressible(protocol, from, Math.max(to, Math.min(27, to + 1))) };
  }
  if (way === 'all traffic') return { ...rule, protocol: '-1' };
  if (way === 'twice the block' && rule.source !== 'group' && 'bits' in rule.source) {
    const bits = Math.min(rule.source.bits + 1, 4);
    return {
      ...rule,
      source: { ...rule.source, bits, base: rule.source.base - (rule.source.base % 2 ** bits) },
    };
  }
  return { ...rule };
}
