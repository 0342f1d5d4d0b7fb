// What makes two findings of two audits the same one: a rule that was created again, or described again, is no new finding.
import { createHash } from 'node:crypto';
import { printTraffic } from '../../lib/network/ports.ts';
import { type Direction, printPeer, type SecurityGroupRule } from '../../lib/rule.ts';

export interface FindingIdentity {
  readonly account: string;
  readonly region: string;
  readonly group: string;
  readonly policy: string;
  readonly direction: Direction;
  /** As EC2 writes it; -1 for all. */
  readonly protocol: string;
  /** `22`, `20-25`, `all`; of ICMP the type and the code. */
  readonly ports: string;
  readonly peer: string;
  /** Only of what could not be evaluated: that it violates after all is new. */
  readonly undecided?: true;
}

/** A finding as far as its identity goes. */
interface Found {
  readonly finding: {
    readonly accountId: string;
    readonly region: string;
    readonly groupId: string;
    readonly policy: string;
    readonly verdict: 'violation' | 'exempt' | 'undecided';
  };
  readonly rule: SecurityGroupRule;
}

export function identityOf({ finding, rule }: Found): FindingIdentity {
  const { accountId: account, region, groupId: group, policy, verdict } = finding;
  return {
    ...{ account, region, group, policy },
    ...trafficOfRule(rule),
    ...(verdict === 'undecided' ? { undecided: true as const } : {}),
  };
}

/** Direction, protocol, ports and peer of a rule, each as one canonical text. */
export function trafficOfRule({
  direction,
  traffic,
  peer,
}: SecurityGroupRule): Pick<FindingIdentity, 'direction' | 'protocol' | 'ports' | 'peer'> {
  const { IpProtocol: protocol, FromPort, ToPort } = printTraffic(traffic);
  return { direction, protocol, ports: portsInWords(protocol, FromPort, ToPort), peer: printPeer(peer) };
}

function portsInWords(protocol: string, from: number, to: number): string {
  if (from === -1) return 'all';
  if (protocol.startsWith('icmp')) return to === -1 ? `type ${from}` : `type ${from} code ${to}`;
  if (from === 0 && to === 65_535) return 'all';
  return from === to ? `${from}` : `${from}-${to}`;
}

/** One text for each identity. */
export function identityKey(identity: FindingIdentity): string {
  const { account, region, group, policy, direction, protocol, ports, peer, undecided } = identity;
  return JSON.stringify([
    account,
    region,
    group,
    policy,
    direction,
    protocol,
    ports,
    peer,
    undecided === true,
  ]);
}

/** A short text for each identity. */
export function findingFingerprint(identity: FindingIdentity): string {
  return createHash('sha256').update(identityKey(identity)).digest('hex').slice(0, 32);
}
