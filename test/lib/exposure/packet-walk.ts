// The oracle: sends every packet of the tiny network on its way, one by one, as a router with a BlockList would.
import { BlockList, isIPv6 } from 'node:net';
import type { NetworkAclEntry, Route } from '@aws-sdk/client-ec2';
import { ICMP, PORTS, SOURCES, type TinyNetwork, type TinyRule } from './tiny-network.ts';

interface Packet {
  readonly source: string;
  /** As an IP header has it. */
  readonly protocol: number;
  /** The destination port, or the type and code of ICMP. */
  readonly port: number;
  readonly code: number;
}

/** ESP stands for all protocols without ports. */
const OTHER = 50;

/** Whether some packet that the rules admit arrives, and for TCP some answer goes back. */
export function someoneGetsIn(network: TinyNetwork): boolean {
  return packets().some((packet) => arrives(packet, network));
}

/** Whether the packet that is named as an example arrives, and its answer. */
export function arrivesAsSaid(
  { source, traffic, clientPort }: { source: string; traffic: string; clientPort?: number },
  network: TinyNetwork,
): boolean {
  const [, name = '', port = '0'] = /^(\w+)(?:\/(\d+))?$/.exec(traffic) ?? [];
  const [, type = port, code = '0'] = /\((\d+)(?:\/(\d+))?\)$/.exec(traffic) ?? [];
  const isTyped = traffic.startsWith('ICMP');
  const number = isTyped ? (isIPv6(source) ? 58 : 1) : ({ tcp: 6, udp: 17 }[name] ?? OTHER);
  const packet = { source, protocol: number, port: Number(type), code: isTyped ? Number(code) : 0 };
  if (!arrives(packet, network)) return false;
  return clientPort === undefined ? number !== 6 : isAnswered(packet, clientPort, network);
}

function arrives(packet: Packet, network: TinyNetwork): boolean {
  if (!network.rules.some((rule) => admits(rule, packet)) || !hasAddress(packet, network)) return false;
  if (!network.hasGateway || isBlocked(network) || !passes(packet, false, network)) return false;
  if (packet.protocol !== 6) return true;
  return (
    nextHop(packet.source, network) === 'internet' && PORTS.some((port) => isAnswered(packet, port, network))
  );
}

function isAnswered(packet: Packet, clientPort: number, network: TinyNetwork): boolean {
  return clientPort > 0 && passes({ ...packet, port: clientPort }, true, network);
}

function packets(): readonly Packet[] {
  return [...SOURCES.ipv4, ...SOURCES.ipv6].flatMap((source) => [
    ...PORTS.flatMap((port) => [6, 17].map((protocol) => ({ source, protocol, port, code: 0 }))),
    ...ICMP.map(([port, code]) => ({ source, protocol: isIPv6(source) ? 58 : 1, port, code })),
    { source, protocol: 50, port: 0, code: 0 },
  ]);
}

function admits({ source, protocol, from, to }: TinyRule, packet: Packet): boolean {
  const number = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 }[protocol] ?? Number(protocol);
  if (!holds(source, packet.source)) return false;
  return number === -1 || (number === packet.protocol && fits(packet, [from, to], [from, to]));
}

/** Of TCP and UDP by a range of ports, of ICMP by type and code, of which -1 is any. */
function fits({ protocol, port, code }: Packet, ports: readonly number[], icmp: readonly number[]): boolean {
  if (protocol === 1 || protocol === 58) {
    return (icmp[0] === -1 || icmp[0] === port) && (icmp[1] === -1 || icmp[1] === code);
  }
  return protocol === 50 || ((ports[0] ?? 0) <= port && port <= (ports[1] ?? 0));
}

function hasAddress({ source }: Packet, { interface: one, subnet }: TinyNetwork): boolean {
  if (one.Status === 'available' || one.DenyAllIgwTraffic) return false;
  if (!isIPv6(source))
    return one.PrivateIpAddresses?.some(({ Association }) => Association?.PublicIp) === true;
  const hidden = (subnet.Ipv6CidrBlockAssociationSet ?? [])
    .filter(({ Ipv6AddressAttribute }) => Ipv6AddressAttribute === 'private')
    .map(({ Ipv6CidrBlock = '' }) => Ipv6CidrBlock);
  return (one.Ipv6Addresses ?? []).some(
    ({ Ipv6Address = '' }) => !['fc00::/7', ...hidden].some((block) => holds(block, Ipv6Address)),
  );
}

function isBlocked({ publicAccess, exclusions }: TinyNetwork): boolean {
  const isExempt = exclusions.some(
    ({ ResourceArn = '', InternetGatewayExclusionMode: mode, State = '' }) =>
      /(vpc-1|subnet-1)$/.test(ResourceArn) && mode === 'allow-bidirectional' && /^(cre|upd)/.test(State),
  );
  return publicAccess.InternetGatewayBlockMode !== 'off' && !isExempt;
}

function passes(packet: Packet, Egress: boolean, { entries }: TinyNetwork): boolean {
  const [first] = entries
    .filter((entry) => entry.Egress === Egress && isAbout(entry, packet))
    .toSorted((a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0));
  return first?.RuleAction === 'allow';
}

function isAbout(entry: NetworkAclEntry, packet: Packet): boolean {
  const { Protocol, PortRange, IcmpTypeCode } = entry;
  if (!holds(entry.CidrBlock ?? entry.Ipv6CidrBlock ?? '', packet.source)) return false;
  if (Protocol === '-1') return true;
  const ports = [PortRange?.From ?? 0, PortRange?.To ?? 65_535];
  const icmp = [IcmpTypeCode?.Type ?? -1, IcmpTypeCode?.Code ?? -1];
  return Number(Protocol) === packet.protocol && fits(packet, ports, icmp);
}

function nextHop(address: string, { routeTables, list }: TinyNetwork): 'internet' | 'elsewhere' {
  const of = (id: string) => routeTables.find(({ RouteTableId }) => RouteTableId === id)?.Routes;
  const all = (of('rtb-own') ?? of('rtb-main') ?? []).flatMap((route) =>
    blocksOf(route, list).map((block) => ({ route, block })),
  );
  const rank = ({ route, block }: (typeof all)[number]) =>
    Number(block.split('/')[1]) * 3 +
    (route.Origin === 'EnableVgwRoutePropagation' ? 0 : route.DestinationPrefixListId ? 1 : 2);
  const [best] = all.filter(({ block }) => holds(block, address)).toSorted((a, b) => rank(b) - rank(a));
  const isOpen = best?.route.GatewayId?.startsWith('igw-') && best.route.State === 'active';
  return isOpen ? 'internet' : 'elsewhere';
}

function blocksOf(route: Route, list: readonly string[]): readonly string[] {
  if (route.DestinationPrefixListId !== undefined) return list;
  return [route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? ''];
}

const lists = new Map<string, BlockList>();

function holds(block: string, address: string): boolean {
  const [base = '', length] = block.split('/');
  if (isIPv6(base) !== isIPv6(address)) return false;
  const family = isIPv6(base) ? 'ipv6' : 'ipv4';
  const list = lists.get(block) ?? new BlockList();
  if (!lists.has(block)) list.addSubnet(base, Number(length), family);
  lists.set(block, list);
  return list.check(address, family);
}
