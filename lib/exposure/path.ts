// The way of packets from the internet into a subnet: how far they come, and what gets through.
import type { Family } from '../network/cidr.ts';
import { type Barrier, type Blocked, barrierOf, type Gate, gatesBefore } from './gates.ts';
import type { Location } from './gateways.ts';
import type { Network } from './network.ts';
import type { Packets } from './packets.ts';

export type Path =
  | { readonly kind: 'reachable'; readonly packets: readonly Packets[] }
  | { readonly kind: 'unknown'; readonly because: string }
  | {
      readonly kind: 'blocked';
      /** How far the packets came. */
      readonly step: number;
      readonly blocked: Blocked;
      /** What blocks them, where nothing else does. */
      readonly onlyBarrier?: Barrier;
    };

/** Sends packets on their way. The first step after which none is left blocks them, though later ones may do so too. */
export function pathTo(place: Location, family: Family, packets: readonly Packets[], network: Network): Path {
  let surely = packets;
  let perhaps = packets;
  let because = '';
  const gates = gatesBefore(place, family, network);
  for (const [step, gate] of gates.entries()) {
    const passed = gate(perhaps);
    if (passed.perhaps.length === 0) return blockedAt(step, passed.blocked, gates, packets);
    const sure = surely === perhaps ? passed.surely : gate(surely).surely;
    if (surely.length > 0 && sure.length === 0) because = passed.doubt;
    surely = sure;
    perhaps = passed.perhaps;
  }
  return surely.length > 0 ? { kind: 'reachable', packets: surely } : { kind: 'unknown', because };
}

function blockedAt(
  step: number,
  blocked: Blocked,
  gates: readonly Gate[],
  packets: readonly Packets[],
): Extract<Path, { kind: 'blocked' }> {
  const barrier = barrierOf(blocked);
  const isOnly = barrier !== undefined && arriveWithout(barrier, gates, packets);
  return { kind: 'blocked', step, blocked, ...(isOnly && { onlyBarrier: barrier }) };
}

/** Whether packets would come through for sure if the barrier were open. */
function arriveWithout(barrier: Barrier, gates: readonly Gate[], packets: readonly Packets[]): boolean {
  let surely = packets;
  for (const gate of gates) {
    const { surely: passed, perhaps, blocked } = gate(surely);
    const isOpened = perhaps.length === 0 && barrierOf(blocked) === barrier;
    if (!isOpened) surely = passed;
  }
  return surely.length > 0;
}
