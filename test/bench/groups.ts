// Generated security groups, the same in every run: 5,000 groups of 20 rules, a tenth of them open to the world.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { compilePolicy, type Policy } from '../../lib/policy/policy.ts';
import { policySchema } from '../../lib/policy/schema.ts';

const PORTS = [22, 25, 80, 443, 3000, 3306, 3389, 5432, 6379, 8080, 8443, 9090, 27017];

/** Rules as EC2 lists them, by group. */
export function makeGroups(groups: number, rulesEach: number): readonly (readonly AwsSecurityGroupRule[])[] {
  const random = mulberry32(20_260_601);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: groups }, (_, group) =>
    Array.from({ length: rulesEach }, (__, rule) => {
      const from = PORTS[below(PORTS.length)] ?? 22;
      return {
        SecurityGroupRuleId: `sgr-${group}-${rule}`,
        GroupId: `sg-${group}`,
        IsEgress: false,
        IpProtocol: random() < 0.9 ? 'tcp' : 'udp',
        FromPort: from,
        ToPort: random() < 0.8 ? from : from + below(1000),
        CidrIpv4:
          random() < 0.1 ? '0.0.0.0/0' : `${below(223) + 1}.${below(256)}.${below(256)}.0/${20 + below(13)}`,
      };
    }),
  );
}

/** Policies about one port each, of which some are ports that the groups use. */
export function makePolicies(count: number): readonly Policy[] {
  return Array.from({ length: count }, (_, i) => {
    const match = {
      protocol: ['tcp'],
      ports: [i < PORTS.length ? PORTS[i] : 10_000 + i * 7],
      source: 'world',
    };
    const text = `policy-${i}`;
    const document = { id: text, title: text, severity: 'high', description: text, match, action: 'revoke' };
    return compilePolicy(policySchema.parse(document));
  });
}

/** A small seeded generator (Tommy Ettinger's mulberry32): speed tests need the same numbers, not good ones. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const again = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((again ^ (again >>> 14)) >>> 0) / 4_294_967_296;
  };
}
