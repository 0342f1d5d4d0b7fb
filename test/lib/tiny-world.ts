// A world small enough to ask every point of it: 16 IPv4 and 16 IPv6 addresses, 8 ports, 3 protocols.
// The oracle below knows nothing of intervals: it counts connections one by one.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { type PolicyDocument, policySchema } from '../../lib/policy/schema.ts';
import { compilePolicy, type Policy } from '../../lib/policy.ts';
import { parseRule, type SecurityGroupRule } from '../../lib/rule.ts';

export interface TinyRule {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | '-1';
  readonly from: number;
  readonly to: number;
  readonly family: 'ipv4' | 'ipv6';
  /** The block of 2^bits addresses that starts at `base`. */
  readonly base: number;
  readonly bits: number;
}

export interface TinyPolicy {
  readonly protocol: readonly ('tcp' | 'udp')[];
  readonly from: number;
  readonly to: number;
  readonly allowed: readonly {
    readonly family: 'ipv4' | 'ipv6';
    readonly base: number;
    readonly bits: number;
  }[];
  /** How many forbidden addresses are tolerated, as a power of two; undefined for none. */
  readonly tolerate: { readonly ipv4: number | undefined; readonly ipv6: number | undefined };
}

const FIRST_PORT = 20;
const PORTS = Array.from({ length: 8 }, (_, i) => FIRST_PORT + i);
const ADDRESSES = Array.from({ length: 16 }, (_, i) => i);

const block = fc.nat(4).chain((bits) =>
  fc.record({
    family: fc.constantFrom('ipv4', 'ipv6'),
    bits: fc.constant(bits),
    base: fc.nat(15).map((n) => n - (n % 2 ** bits)),
  }),
);
const portRange = fc
  .tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

export const tinyRule: fc.Arbitrary<TinyRule> = fc
  .tuple(fc.constantFrom('tcp', 'tcp', 'udp', 'icmp', '-1'), portRange, block)
  .map(([protocol, ports, at]) => ({ protocol, ...ports, ...at }));
export const tinyRules = fc.array(tinyRule, { maxLength: 8 });

const tolerated = fc.option(fc.nat(4), { nil: undefined });
export const tinyPolicy: fc.Arbitrary<TinyPolicy> = fc
  .record({
    protocol: fc.constantFrom(['tcp'] as const, ['tcp', 'udp'] as const),
    ports: portRange,
    allowed: fc.array(block, { maxLength: 2 }),
    tolerate: fc.record({ ipv4: tolerated, ipv6: tolerated }),
  })
  .map(({ ports, ...policy }) => ({ ...policy, ...ports }));

/** What the oracle says: some port can be reached from more forbidden addresses than are tolerated. */
export function oracleViolates(rules: readonly TinyRule[], policy: TinyPolicy): boolean {
  return policy.protocol.some((protocol) =>
    PORTS.filter((port) => policy.from <= port && port <= policy.to).some((port) =>
      (['ipv4', 'ipv6'] as const).some((family) => {
        const reached = ADDRESSES.filter((address) =>
          rules.some((rule) => admits(rule, protocol, port, family, address)),
        );
        const forbidden = reached.filter(
          (address) => !policy.allowed.some((a) => a.family === family && holds(a, address)),
        );
        const most = policy.tolerate[family];
        return forbidden.length > (most === undefined ? 0 : 2 ** most);
      }),
    ),
  );
}

function admits(rule: TinyRule, protocol: string, port: number, family: string, address: number): boolean {
  const sameTraffic =
    rule.protocol === '-1' || (rule.protocol === protocol && rule.from <= port && port <= rule.to);
  return sameTraffic && rule.family === family && holds(rule, address);
}

function holds({ base, bits }: { readonly base: number; readonly bits: number }, address: number): boolean {
  return base <= address && address < base + 2 ** bits;
}

export function toCidr({
  family,
  base,
  bits,
}: {
  family: 'ipv4' | 'ipv6';
  base: number;
  bits: number;
}): string {
  return family === 'ipv4' ? `8.8.8.${base}/${32 - bits}` : `2600::${base.toString(16)}/${128 - bits}`;
}

/** The rules as EC2 would list them, with ids by position. */
export function toRules(rules: readonly TinyRule[]): readonly SecurityGroupRule[] {
  return rules.map((rule, index) => parseRule(toAws(rule, `sgr-${index}`)));
}

function toAws(rule: TinyRule, id: string): AwsSecurityGroupRule {
  const source = rule.family === 'ipv4' ? { CidrIpv4: toCidr(rule) } : { CidrIpv6: toCidr(rule) };
  const ports = { FromPort: rule.from, ToPort: rule.to };
  const icmp = { FromPort: -1, ToPort: -1 };
  const traffic = { IpProtocol: rule.protocol, ...(rule.protocol === 'icmp' ? icmp : ports) };
  return { SecurityGroupRuleId: id, GroupId: 'sg-1', IsEgress: false, ...traffic, ...source };
}

export function toPolicy(policy: TinyPolicy): Policy {
  const { ipv4, ipv6 } = policy.tolerate;
  // Nothing outside the tiny world is ever asked about, so a block beside it stands for "allow nothing".
  const outside = ['192.0.2.0/24', ...policy.allowed.map(toCidr)];
  const document: PolicyDocument = policySchema.parse({
    id: 'tiny',
    title: 'a tiny policy',
    severity: 'low',
    description: 'for tests',
    match: {
      protocol: [...policy.protocol],
      ports: [`${policy.from}-${policy.to}`],
      source: { outside },
      tolerate: {
        ...(ipv4 === undefined ? {} : { ipv4: 32 - ipv4 }),
        ...(ipv6 === undefined ? {} : { ipv6: 128 - ipv6 }),
      },
    },
    action: 'revoke',
  });
  return compilePolicy(document);
}
