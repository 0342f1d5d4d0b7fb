import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { parseCases, runCase } from '../../../lib/report/policy-cases.ts';

/** The issues of a test file with this under `violation`, as `line:column message`. */
function issuesOf(violation: string): readonly string[] {
  const parsed = parseCases('p.test.yaml', `now: 2026-06-01\nviolation:\n${violation}\n`);
  return parsed.ok ? [] : parsed.issues.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const SSH = 'IpProtocol: tcp, FromPort: 22, ToPort: 22';

describe('a test file', () => {
  it('is read where its rules are as EC2 has them', () => {
    expect(
      issuesOf(`  - a: { ${SSH}, CidrIpv4: 0.0.0.0/0 }\n  - b: [{ ${SSH}, PrefixListId: pl-1 }]`),
    ).toEqual([]);
  });

  it.each([
    [
      'an unknown key',
      `  - a: { ${SSH}, CidrIp4: 0.0.0.0/0 }`,
      '3:53 unknown key `CidrIp4`, did you mean `CidrIpv4`?',
    ],
    [
      'a block that is none',
      `  - a: { ${SSH}, CidrIpv4: 0.0.0.0/33 }`,
      '3:8 violation.0.a: `0.0.0.0/33` is not a CIDR block',
    ],
    ['a rule from nowhere', `  - a: { ${SSH} }`, '3:8 violation.0.a: write exactly one of CidrIpv4, '],
    [
      'a rule from two places',
      `  - a: { ${SSH}, CidrIpv4: 0.0.0.0/0, CidrIpv6: "::/0" }`,
      '3:8 violation.0.a: write exactly one of CidrIpv4, ',
    ],
    [
      'half a port range, in a list',
      '  - a: [{ IpProtocol: tcp, FromPort: 22, CidrIpv4: 0.0.0.0/0 }]',
      '3:9 violation.0.a.0: FromPort and ToPort: tcp and udp need both',
    ],
    [
      'a protocol that is none',
      '  - a: { IpProtocol: tpc, CidrIpv4: 0.0.0.0/0 }',
      '3:8 violation.0.a: IpProtocol: `tpc` is not a protocol: did you mean `tcp`?',
    ],
    [
      'ICMP without a code',
      '  - a: { IpProtocol: icmp, FromPort: 8, CidrIpv4: 0.0.0.0/0 }',
      '3:8 violation.0.a: FromPort and ToPort: icmp needs both, the type and the code',
    ],
    [
      'an ICMP type that is none',
      '  - a: { IpProtocol: icmpv6, FromPort: 256, ToPort: -1, CidrIpv6: "::/0" }',
      '3:8 violation.0.a: FromPort and ToPort: write an ICMP type and its code',
    ],
    ['no protocol', '  - a: { CidrIpv4: 0.0.0.0/0 }', '3:8 `violation.0.a.IpProtocol` is missing: add it'],
    ['a sentence alone', '  - SSH from anywhere', '3:5 violation.0: write a sentence and its rule'],
    ['no list', `  a: { ${SSH}, CidrIpv4: 0.0.0.0/0 }`, '3:3 violation: write a list'],
    ['octal looks', '  - a: { IpProtocol: 022, CidrIpv4: 0.0.0.0/0 }', '3:22 `022` is the number 22 to YAML'],
    [
      'broken YAML',
      '  - a: { IpProtocol: tcp',
      '4:1 a closing bracket or brace, or a comma, is missing before this',
    ],
  ])('is refused for %s, with the place', (_, violation, issue) => {
    const issues = issuesOf(violation);

    expect(
      issues.filter((text) => text.startsWith(issue)),
      issues.join('\n'),
    ).toHaveLength(1);
  });
});

describe('cases about ICMP', () => {
  const pathMtu = compilePolicy(
    policySchema.parse({
      ...{ id: 'path-mtu', title: 't', severity: 'low', description: 'd', action: 'revoke' },
      match: { icmp: { outside: ['fragmentation-needed', 'packet-too-big'] }, source: 'world' },
    }),
  );

  it.each([
    ['compliant', '{ IpProtocol: icmp, FromPort: 3, ToPort: 4, CidrIpv4: 0.0.0.0/0 }'],
    ['violation', '{ IpProtocol: icmp, FromPort: 3, ToPort: -1, CidrIpv4: 0.0.0.0/0 }'],
    ['violation', '{ IpProtocol: icmp, FromPort: 3, ToPort: 3, CidrIpv4: 0.0.0.0/0 }'],
    ['violation', '{ IpProtocol: icmp, FromPort: 8, ToPort: -1, CidrIpv4: 0.0.0.0/0 }'],
    ['violation', '{ IpProtocol: icmp, FromPort: -1, ToPort: -1, CidrIpv4: 0.0.0.0/0 }'],
    ['violation', '{ IpProtocol: "-1", CidrIpv4: 0.0.0.0/0 }'],
    ['compliant', '{ IpProtocol: icmp, FromPort: 8, ToPort: -1, CidrIpv4: 192.0.2.0/24 }'],
    ['compliant', '{ IpProtocol: tcp, FromPort: 772, ToPort: 772, CidrIpv4: 0.0.0.0/0 }'],
    ['compliant', '{ IpProtocol: icmpv6, FromPort: 2, ToPort: -1, CidrIpv6: "::/0" }'],
    ['compliant', '{ IpProtocol: icmpv6, FromPort: 2, ToPort: 0, CidrIpv6: "::/0" }'],
    ['violation', '{ IpProtocol: icmpv6, FromPort: 3, ToPort: 4, CidrIpv6: "::/0" }'],
    ['violation', '{ IpProtocol: icmpv6, CidrIpv6: "::/0" }'],
  ])('get the verdict %s for %s', (verdict, rule) => {
    const parsed = parseCases('p.test.yaml', `now: 2026-06-01\n${verdict}:\n  - a: ${rule}\n`);

    const results = parsed.ok ? parsed.value.cases.map((one) => runCase(pathMtu, one)) : [];
    expect(results).toEqual([expect.objectContaining({ got: verdict })]);
  });

  const excused = compilePolicy({
    ...pathMtu.document,
    exceptions: [{ icmp: ['echo'], reason: 'r', owner: 'o', expires: '2027-01-01' }],
  });

  it.each([
    ['exempt', '{ IpProtocol: icmp, FromPort: 8, ToPort: -1, CidrIpv4: 0.0.0.0/0 }'],
    ['exempt', '{ IpProtocol: icmpv6, FromPort: 128, ToPort: 0, CidrIpv6: "::/0" }'],
    ['violation', '{ IpProtocol: icmp, FromPort: 0, ToPort: -1, CidrIpv4: 0.0.0.0/0 }'],
    ['violation', '{ IpProtocol: icmp, FromPort: -1, ToPort: -1, CidrIpv4: 0.0.0.0/0 }'],
  ])('get the verdict %s for %s where an exception excuses echo', (verdict, rule) => {
    const parsed = parseCases('p.test.yaml', `now: 2026-06-01\n${verdict}:\n  - a: ${rule}\n`);

    const results = parsed.ok ? parsed.value.cases.map((one) => runCase(excused, one)) : [];
    expect(results).toEqual([expect.objectContaining({ got: verdict })]);
  });
});
