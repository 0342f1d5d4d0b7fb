// The way of packets from the internet into a subnet: how far they come, and what gets through.
import type { Family } from '../network/cidr.ts';
import { type Blocked, gatesBefore } from './gates.ts';
import type { Location } from './gateways.ts';
import type { Network } from './network.ts';
import type { Packets } from './packets.ts';

export type Path =
  | { readonly kind: 'reachable'; readonly packets: readonly Packets[] }
  | { readonly kind: 'unknown'; readonly because: string }
  /** `step` tells how far the packets came. */
  | { readonly kind: 'blocked'; readonly step: number; readonly blocked: Blocked };

/** Sends packets on their way. The first step after which none is left blocks them, though later ones may do so too. */
export function pathTo(place: Location, family: Family, packets: readonly Packets[], network: Network): Path {
  let surely = packets;
  let perhaps = packets;
  let because = '';
  for (const [step, gate] of gatesBefore(place, family, network).entries()) {
    const passed = gate(perhaps);
    if (passed.perhaps.length === 0) return { kind: 'blocked', step, blocked: passed.blocked };
    const sure = surely === perhaps ? passed.surely : gate(surely).surely;
    if (surely.length > 0 && sure.length === 0) because = passed.doubt;
    surely = sure;
    perhaps = passed.perhaps;
  }
  return surely.length > 0 ? { kind: 'reachable', packets: surely } : { kind: 'unknown', because };
}
