// Every recorded and written event in test/fixtures/events, and the one change that it is read as.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Change, type Changed, EventError, parseChange } from '../../../lib/change/change.ts';
import { ALL_TRAFFIC, locate, printProtocol } from '../../../lib/network/ports.ts';
import { printPeer, type SecurityGroupRule } from '../../../lib/rule.ts';

const FOLDER = new URL('../../fixtures/events/', import.meta.url);

/** File name without `.json` to: who | direction and group | rules; or who | none | reason; or who | omitted; or the unreadable field. */
const EXPECTED: Readonly<Record<string, string>> = {
  'associate-security-group-vpc':
    'jane@example.com | either way of sg-0b71c4e9d2a8f3605 | any rule, because of vpc-0c4e8a2f6d1b97350',
  'authorize-egress-ipv4-and-ipv6-in-one-item':
    'deploy | egress of sg-0e6d92b8f5a1c7340 | sgr-02c7e9f4b1d86a530, sgr-09d4b7a3e6f12c850',
  'authorize-egress-terraform-all-traffic-2026':
    'test_user | egress of sg-0e79c7acdf4a0225e | sgr-0842f7411dc6a5a34',
  'authorize-egress-terraform-described-2020':
    'ryan@example.com | egress of sg-03eee825d6bb78f54 | all 0.0.0.0/0',
  'authorize-ingress-by-a-service-linked-role':
    'ExampleDatabase | ingress of sg-0e6d92b8f5a1c7340 | sgr-0e8c5f7b2d9a14630',
  'authorize-ingress-cli-denied-unauthorized-operation':
    'TrailDiscover | none | the call failed: `Client.UnauthorizedOperation`',
  'authorize-ingress-console-identity-center-high-ports-world':
    'jane@example.com | ingress of sg-4f2a9c1e | sgr-0e57b2c81d9f4a630',
  'authorize-ingress-console-in-a-browser-mysql-world':
    'participant-07 | ingress of sg-0b71c4e9d2a8f3605 | sgr-04d6e1b9a7c35f208',
  'authorize-ingress-console-string-ports-lowercased-identity':
    'alan | ingress of sg-04f0b44316f7d2471 | tcp 443 0.0.0.0/16',
  'authorize-ingress-console-two-ranges-starting-with-zeros':
    'jane@example.com | ingress of sg-05c9e8a1b7d34f206 | tcp 5601 0.0.0.0/20, tcp 9200 0.0.0.0/30',
  'authorize-ingress-dry-run': 'jane | none | it was a dry run',
  'authorize-ingress-error-code-null-two-halves-of-the-world':
    'jane | ingress of sg-0b71c4e9d2a8f3605 | sgr-01f8e6d4c2b9a7350, sgr-0a2c4e6f8b1d3957e',
  'authorize-ingress-flat-form-cidr-with-host-bits-anonymised':
    'operator-2 | ingress of sg-003dc7f1f1c686164 | sgr-09b3e3d2ca1edf2a2',
  'authorize-ingress-groups-of-another-account-2021':
    'sam | ingress of sg-0c2b8f57d4e91a360 | tcp 8080 sg-09b3d7e5f1c82a640, tcp 8080 sg-07f1e8c2d6b935a40',
  'authorize-ingress-ipv4-ipv6-and-group-in-one-item-2021':
    'deploy | ingress of sg-01d8f6b3e7c92a540 | udp 500-4500 203.0.113.0/24, udp 500-4500 2001:db8:0:1::/64, udp 500-4500 sg-0f82b6d14e9a7c035',
  'authorize-ingress-numeric-protocol-6':
    'user@example.com | ingress of sg-xxxxxxxxxxxxxxx | tcp 31000 0.0.0.0/0',
  'authorize-ingress-prefix-list-and-group-2021':
    'deploy | ingress of sg-01d8f6b3e7c92a540 | tcp 443 pl-0d6b2f8e4a1c97350, tcp 443 sg-0f82b6d14e9a7c035',
  'authorize-ingress-prefix-list-with-rule-id':
    'deploy | ingress of sg-0b71c4e9d2a8f3605 | sgr-0f6e9b2d8c1a57430',
  'authorize-ingress-refused-as-duplicate':
    'jane | none | the call failed: `Client.InvalidPermission.Duplicate`',
  'authorize-ingress-root-ipv6-only-rdp-world': 'root | ingress of sg-08a4d1f6c3b927e50 | tcp 3389 ::/0',
  'authorize-ingress-synthetic-loopback-ssh': 'tester | ingress of sg-1 | tcp 22 127.0.0.1/32',
  'authorize-ingress-synthetic-permissions-as-plain-list':
    'Bob | ingress of sg-0abcdef1234567890 | tcp 80 0.0.0.0/0',
  'authorize-ingress-terraform-https-world-with-description':
    'analyst | ingress of sg-04cfb7a4712d75b00 | sgr-0bb31cddb2c27f401',
  'authorize-ingress-terraform-ssh-world-2026':
    'test_user | ingress of sg-0e79c7acdf4a0225e | sgr-0ab4202bcd11d93d2',
  'create-security-group-2022': 'test | egress of sg-YOUR_SECURITY_GROUP_ID | any rule',
  'create-security-group-cli-denied-no-vpc':
    'TrailDiscover | none | the call failed: `Client.UnauthorizedOperation`',
  'create-security-group-terraform-assumed-role-2020':
    'ryan@example.com | egress of sg-04d018d184a18f647 | any rule',
  'create-tags-synthetic-by-autoscaling-service': 'ec2.amazonaws.com | none | it is about no security group',
  'delete-security-group-by-eks-service-dependency-violation':
    'AmazonEKS | none | the call failed: `Client.DependencyViolation`',
  'delete-security-group-terraform': 'analyst | none | DeleteSecurityGroup only removes access',
  'delete-tags-of-a-rule':
    'jane@example.com | either way of sgr-0c8f31d7a5b92e640 | any rule, because of approved',
  'encoding-reference-create-flow-logs-scalar-list':
    'analyst | none | `CreateFlowLogs` does not change security group rules',
  'encoding-reference-create-nat-gateway-request-list-and-coercion':
    'analyst | none | `CreateNatGateway` does not change security group rules',
  'eventbridge-authorize-ingress-all-parameters-omitted': 'deploy | omitted',
  'eventbridge-authorize-ingress-all-traffic-rfc1918-no-ipv6-key': '... | ingress of ... | all 10.0.0.0/8',
  'eventbridge-authorize-ingress-by-group-name-answered-with-id':
    'jane | ingress of sg-9b3e7d10 | sgr-0b6f8d2e9c1a47530',
  'eventbridge-authorize-ingress-cloudformation-for-a-person':
    'jane@example.com | ingress of sg-0d3f7a95e1c8b2640 | sgr-0a19c7f5e3d8b6204',
  'eventbridge-authorize-ingress-console-two-items-ipv4-and-ipv6':
    'test | ingress of sg-00000bd0bf00f0000 | tcp 55 0.0.0.0/0, tcp 55 ::/0',
  'eventbridge-authorize-ingress-cut-to-the-group-id': 'deploy | ingress of sg-0e6d92b8f5a1c7340 | any rule',
  'eventbridge-authorize-ingress-envelope-of-another-call':
    'root | ingress of sg-08a4d1f6c3b927e50 | tcp 3389 ::/0',
  'eventbridge-authorize-ingress-federated-role-console':
    'john.doh@example.com | ingress of sg-xxxxxxxxxxxxxx | tcp 22 0.0.0.0/0',
  'eventbridge-authorize-ingress-group-reference-2017':
    'joe@example.com | ingress of sg-4e386e31 | tcp 0-65535 sg-4e386e22',
  'eventbridge-authorize-ingress-iam-user-described-console':
    'john.doh | ingress of sg-xxxxxxxxxxxxxxx | tcp 22 0.0.0.0/0',
  'eventbridge-create-security-group-console': 'test | egress of sg-000000c0d00fd0aed | any rule',
  'eventbridge-create-security-group-response-cut': 'unreadable: responseElements.groupId',
  'eventbridge-create-tags-on-a-group-and-an-instance':
    'jane | either way of sg-0b71c4e9d2a8f3605 | any rule, because of exception',
  'eventbridge-fragment-authorize-by-group-name': 'unreadable: eventName',
  'eventbridge-minimal-synthetic-rdp-private': 'test-user | ingress of sg-87654321 | tcp 3389 192.168.1.0/24',
  'eventbridge-minimal-synthetic-ssh-world': 'test-user | ingress of sg-12345678 | tcp 22 0.0.0.0/0',
  'fragment-request-parameters-three-items': 'unreadable: eventName',
  'modify-managed-prefix-list-two-added-one-removed':
    'jane | either way of any group | rules for pl-0d6b2f8e4a1c97350',
  'modify-security-group-rules-console-one-rule':
    'test_user | either way of sg-ef6e8186 | sgr-0481972caed6e2e1c',
  'modify-security-group-rules-ipv6-world':
    'participant-07 | either way of sg-0b71c4e9d2a8f3605 | sgr-0d72e5b9f1c84a360',
  'modify-security-group-rules-two-rules-as-array':
    'jane | either way of sg-0b71c4e9d2a8f3605 | sgr-0c8f31d7a5b92e640, sgr-05a9e6d2c4f17b830',
  'records-file-synthetic-open-ssh-but-denied':
    'alice | none | the call failed: `Client.UnauthorizedOperation`',
  'revoke-egress-terraform-default-rule': 'analyst | none | RevokeSecurityGroupEgress only removes access',
  'revoke-ingress-by-a-lambda-cut':
    'somebody unknown | none | RevokeSecurityGroupIngress only removes access',
  'revoke-ingress-flat-form-ssh-world': 'analyst | none | RevokeSecurityGroupIngress only removes access',
  'revoke-ingress-terraform-with-revoked-rule-set-2026':
    'test_user | none | RevokeSecurityGroupIngress only removes access',
  'update-rule-descriptions-ingress': 'jane@example.com | ingress of sg-0b71c4e9d2a8f3605 | tcp 22 0.0.0.0/0',
};

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
const index = readFileSync(new URL('README.md', FOLDER), 'utf8');

describe('the fixtures', () => {
  it('all have a row in the table above, and no row is left over', () => {
    expect(files.map((file) => file.replace('.json', '')).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(files)('%s is described in the folder, with its source and licence', (file) => {
    const row = index.split('\n').find((line) => line.startsWith(`| ${file} |`));

    expect(row).toMatch(/^(\| [^|]+ ){5}\|$/);
  });

  it.each(files)('%s is read as the table says', (file) => {
    const event: unknown = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));

    expect(summary(event)).toBe(EXPECTED[file.replace('.json', '')]);
  });
});

function summary(event: unknown): string {
  try {
    const change = parseChange(event);
    return [change.actor.name, ...meaning(change)].join(' | ');
  } catch (error) {
    if (error instanceof EventError) return `unreadable: ${error.field}`;
    throw error;
  }
}

function meaning(change: Change): readonly string[] {
  if (change.kind === 'none') return ['none', change.reason];
  return change.kind === 'omitted' ? ['omitted'] : [place(change), rules(change)];
}

function place({ direction, group, rules }: Changed): string {
  if (rules.by === 'tags') return `either way of ${[...rules.groupIds, ...rules.ruleIds].join(', ')}`;
  if (rules.by === 'prefix-list') return 'either way of any group';
  return `${direction ?? 'either way'} of ${group?.by === 'name' ? `the group named ${group.name}` : group?.id}`;
}

function rules({ rules }: Changed): string {
  if (rules.by === 'id') return rules.ids.join(', ');
  if (rules.by === 'prefix-list') return `rules for ${rules.prefixListId}`;
  if (rules.by === 'vpc') return `any rule, because of ${rules.vpcId}`;
  if (rules.by === 'tags') return `any rule, because of ${rules.tags.map(({ key }) => key).join(', ')}`;
  return rules.by === 'group' ? 'any rule' : rules.rules.map(content).join(', ');
}

function content({ traffic, peer }: SecurityGroupRule): string {
  const [first, last] = [locate(traffic[0]), locate(traffic[1] - 1)];
  const ports = first.selector === last.selector ? first.selector : `${first.selector}-${last.selector}`;
  const what = traffic === ALL_TRAFFIC ? 'all' : `${printProtocol(first.protocol)} ${ports}`;
  return `${what} ${printPeer(peer)}`;
}
