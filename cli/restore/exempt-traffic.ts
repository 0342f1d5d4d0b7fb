// The part of a rule's traffic that an exception is to be for.
import { type Intervals, intersection } from '../../lib/network/intervals.ts';
import { portTraffic, TCP, UDP } from '../../lib/network/ports.ts';
import type { SecurityGroupRule } from '../../lib/rule.ts';
import { InputError } from '../input/input.ts';
import type { PortRange } from '../input/parse.ts';

/** TCP and UDP at these ports, as far as the rule allows them; undefined for all that the rule allows. */
export function exemptTraffic(
  { traffic }: SecurityGroupRule,
  ports: readonly PortRange[] | undefined,
): Intervals<number> | undefined {
  if (ports === undefined) return undefined;
  const asked = [TCP, UDP].flatMap((protocol) => ports.map(([from, to]) => portTraffic(protocol, from, to)));
  const allowed = asked.flatMap((interval) => intersection([interval], [traffic]));
  if (allowed.length === 0) throw new InputError('--ports: the rule allows none of these ports');
  return allowed.toSorted(([a], [b]) => a - b);
}
