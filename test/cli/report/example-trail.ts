// A quarter of a year as there are many, the same in every run: what the page of a backtest is looked at with.
import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { mulberry32 } from '../../bench/groups.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const PEOPLE = ['jane', 'omar', 'li', 'deploy', 'deploy', 'deploy', 'petra'];
const AGENTS: Readonly<Record<string, string>> = { deploy: 'HashiCorp Terraform/1.11', li: 'aws-cli/2.20' };
const GROUPS = ['payments-api', 'search-worker', 'web-bastion', 'data-postgres', 'ci-jenkins', 'legacy-ftp'];
const OPENED = [
  ...[443, 443, 443, 22, 22, 22, 3389, 5432, 8080, 3306, 6379, 9200].map(
    (port) => [port, '0.0.0.0/0'] as const,
  ),
  ...([
    [22, '10.0.0.0/8'],
    [22, '32.0.0.0/3'],
    [5432, '203.0.113.0/24'],
    [80, '0.0.0.0/0'],
  ] as const),
];
const SSH = [22, '0.0.0.0/0'] as const;
const DAY = 24 * 3_600_000;
const GROUP_COUNT = 36;

interface Example {
  readonly records: readonly object[];
  readonly SecurityGroups: readonly SecurityGroup[];
}

interface Open {
  readonly id: string;
  readonly groupId: string;
  readonly port: number;
  readonly cidr: string;
}

/** The records of so many changes, and the groups as they are now. */
export function exampleTrail(changes: number): Example {
  const random = mulberry32(20_261_130);
  const below = (limit: number) => Math.floor(random() * limit);
  const records: object[] = [];
  const open = new Map<string, Open>();
  let at = Date.parse('2026-09-01T06:00:00Z');
  const record = (eventName: string, groupId: string, answer: object) => {
    const person = PEOPLE[below(PEOPLE.length)] ?? '';
    records.push(recordOf(eventName, groupId, answer, person, at, records.length));
  };
  const change = (groupId: string, port: number, cidr: string) => {
    const name = `${groupId} ${port} ${cidr}`;
    if (open.has(name)) return;
    const id = `sgr-${(records.length + 0x1000).toString(16).padStart(17, '0')}`;
    const rule = { id, groupId, port, cidr };
    open.set(name, rule);
    record('AuthorizeSecurityGroupIngress', groupId, { securityGroupRuleSet: { items: [recorded(rule)] } });
  };
  const closeOne = (groupId: string): boolean => {
    const own = [...open].filter(([, one]) => one.groupId === groupId);
    const [name, rule] = own[below(own.length * 2)] ?? [];
    if (name === undefined || rule === undefined) return false;
    open.delete(name);
    record('RevokeSecurityGroupIngress', groupId, {
      revokedSecurityGroupRuleSet: { items: [recorded(rule)] },
    });
    return true;
  };
  for (let step = 0; step < changes; step += 1) {
    at += below((2 * 85 * DAY) / changes);
    const groupId = idOf(below(GROUP_COUNT));
    const [port, cidr] = OPENED[below(OPENED.length)] ?? SSH;
    // Of some calls CloudTrail leaves out what they answered.
    if (step % 40 === 39) record('AuthorizeSecurityGroupIngress', groupId, {});
    else if (!closeOne(groupId)) change(groupId, port, cidr);
  }
  // Once, somebody opens the same in two dozen groups.
  for (let step = 0; step < 24; step += 1) {
    at += 20_000;
    change(idOf(step), ...SSH);
  }
  const now = Array.from({ length: GROUP_COUNT }, (_, index) => groupNow(index, [...open.values()]));
  return { records, SecurityGroups: now };
}

function recordOf(
  eventName: string,
  groupId: string,
  answer: object,
  person: string,
  at: number,
  index: number,
): object {
  return {
    ...{ eventVersion: '1.11', eventSource: 'ec2.amazonaws.com', eventName, awsRegion: REGION },
    userAgent: AGENTS[person] ?? 'Mozilla/5.0',
    eventTime: new Date(at).toISOString().replace(/\.\d+Z/, 'Z'),
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/people/${person}`,
      accountId: ACCOUNT,
    },
    requestParameters: { groupId },
    responseElements: { _return: true, ...answer },
    ...{ eventID: `event-${index}`, recipientAccountId: ACCOUNT },
  };
}

function idOf(index: number): string {
  return `sg-${(0x0a1b2c3d4e5f + index * 7919).toString(16).padStart(17, '0')}`;
}

function recorded({ id, groupId, port, cidr }: Open): object {
  return {
    ...{ groupId, securityGroupRuleId: id, isEgress: false, ipProtocol: 'tcp' },
    ...{ fromPort: port, toPort: port, cidrIpv4: cidr },
  };
}

function groupNow(index: number, open: readonly Open[]): SecurityGroup {
  const GroupId = idOf(index);
  return {
    ...{ GroupId, OwnerId: ACCOUNT, VpcId: 'vpc-0abc' },
    GroupName: `${GROUPS[index % GROUPS.length]}-${Math.floor(index / GROUPS.length)}`,
    SecurityGroupArn: `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/${GroupId}`,
    IpPermissions: open
      .filter((one) => one.groupId === GroupId)
      .map(({ port, cidr }) => ({
        IpProtocol: 'tcp',
        FromPort: port,
        ToPort: port,
        IpRanges: [{ CidrIp: cidr }],
      })),
  };
}
