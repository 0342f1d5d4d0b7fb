// The steps on the way of packets from the internet into a subnet and of the answers out: which packets each passes on for sure, and
// which perhaps.
import type { Family } from '../network/cidr.ts';
import { type Intervals, overlaps, union } from '../network/intervals.ts';
import type { Direction } from '../rule.ts';
import { gatewayOf, type Location, type Passage, publicAccessOf } from './gateways.ts';
import type { Network } from './network.ts';
import { admitted, answered, type Sifted } from './network-acl.ts';
import { comingFrom, needsAnswer, type Packets } from './packets.ts';
import { type Hops, hopsOf, tableOf } from './routes.ts';

/** What blocks packets, in the words of AWS (https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html). */
export interface Blocked {
  readonly code:
    | 'IGW_EXPECTS_PUBLIC_ADDRESS'
    | 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS'
    | 'NO_PATH'
    | 'VPC_BLOCK_PUBLIC_ACCESS_ENABLED'
    | 'SUBNET_ACL_RESTRICTION'
    | 'NO_ROUTE_TO_DESTINATION'
    | 'BAD_STATE_ROUTE';
  /** What does it: an interface, a VPC, a network ACL or a route table. */
  readonly id: string;
  /** Of a network ACL, the number of the first rule that denies them; none where no rule allows them. */
  readonly ruleNumber?: number;
  /** Of a network ACL, `egress` where it is the answers that it denies. */
  readonly direction?: Direction;
}

/** What one change opens: of a network ACL, or of a route and its gateway. */
export type Barrier = 'acl' | 'route';

/** The barrier that blocks by that code; undefined for what takes more than one change, or is meant to be the last word. */
export function barrierOf({ code }: Blocked): Barrier | undefined {
  switch (code) {
    case 'SUBNET_ACL_RESTRICTION':
      return 'acl';
    case 'NO_PATH':
    case 'NO_ROUTE_TO_DESTINATION':
    case 'BAD_STATE_ROUTE':
      return 'route';
    default:
      return undefined;
  }
}

/** What becomes of packets at one step. */
interface Step {
  readonly surely: readonly Packets[];
  /** Those that it may pass on, the sure ones among them. */
  readonly perhaps: readonly Packets[];
  /** Why that is not sure. */
  readonly doubt: string;
  /** What blocks the others. */
  readonly blocked: Blocked;
}

export type Gate = (packets: readonly Packets[]) => Step;

/** The steps in the order in which packets of a family meet them. */
export function gatesBefore(place: Location, family: Family, network: Network): readonly Gate[] {
  const { vpcId: id } = place;
  return [
    simple(gatewayOf(place, network), { code: 'NO_PATH', id }),
    simple(publicAccessOf(place, network), { code: 'VPC_BLOCK_PUBLIC_ACCESS_ENABLED', id }),
    acl(place, 'ingress', family, network),
    routing(place, family, network),
    acl(place, 'egress', family, network),
  ];
}

/** A step that is the same for all packets. */
function simple(passage: Passage, blocked: Blocked): Gate {
  if (passage === 'open') return (all) => ({ surely: all, perhaps: all, doubt: '', blocked });
  if (passage === 'closed') return () => ({ surely: [], perhaps: [], doubt: '', blocked });
  return (all) => ({ surely: [], perhaps: all, doubt: passage.doubt, blocked });
}

function acl({ subnetId }: Location, direction: Direction, family: Family, { acls }: Network): Gate {
  const found = acls?.find(({ subnetIds }) => subnetIds.includes(subnetId));
  const { id = '', entries } = found ?? {};
  const code = 'SUBNET_ACL_RESTRICTION';
  if (entries === undefined) return simple({ doubt: doubtOf(subnetId, acls, id) }, { code, id });
  return (all) => {
    const { passed, deniedBy } =
      direction === 'ingress'
        ? admitted(entries, family, all)
        : onlyAnswers(all, (part) => answered(entries, family, part));
    const rule = deniedBy === undefined ? {} : { ruleNumber: deniedBy };
    return { surely: passed, perhaps: passed, doubt: '', blocked: { code, id, direction, ...rule } };
  };
}

function doubtOf(subnetId: string, acls: Network['acls'], id: string): string {
  if (acls === undefined) return 'the network ACLs could not be read';
  return id === '' ? `the network ACL of ${subnetId} was not found` : `network ACL ${id} could not be read`;
}

/** What needs no answer passes. */
function onlyAnswers(all: readonly Packets[], sieve: (part: readonly Packets[]) => Sifted): Sifted {
  const { passed, deniedBy } = sieve(all.filter(needsAnswer));
  return { passed: [...all.filter((part) => !needsAnswer(part)), ...passed], deniedBy };
}

/** The way of the answers to an internet gateway. */
function routing({ vpcId, subnetId }: Location, family: Family, network: Network): Gate {
  const table = tableOf(subnetId, vpcId, network);
  const code = 'NO_ROUTE_TO_DESTINATION';
  if ('doubt' in table) return unclear(table.doubt, { code, id: '' });
  const { id, routes } = table;
  if (routes === undefined) return unclear(`route table ${id} could not be read`, { code, id });
  const hops = hopsOf(routes, family, network.prefixLists);
  const doubt =
    hops.appliance.length > 0
      ? `by route table ${id} the answers leave through an appliance`
      : `where route table ${id} sends the answers is not known`;
  return (all) => ({
    surely: routed(all, hops.internet),
    perhaps: routed(all, [hops.internet, hops.appliance, hops.unknown].reduce(union)),
    doubt,
    blocked: { code: isDead(all, hops) ? 'BAD_STATE_ROUTE' : code, id },
  });
}

function unclear(doubt: string, blocked: Blocked): Gate {
  return (all) => ({ surely: all.filter((part) => !needsAnswer(part)), perhaps: all, doubt, blocked });
}

function routed(all: readonly Packets[], where: Intervals<bigint>): readonly Packets[] {
  return all.flatMap((part) => (needsAnswer(part) ? comingFrom(part, where) : [part]));
}

function isDead(all: readonly Packets[], { blackhole }: Hops): boolean {
  return all.some(({ addresses }) => overlaps(addresses, blackhole));
}
