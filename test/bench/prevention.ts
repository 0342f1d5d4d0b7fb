// A plan before it is applied, a trail of a million records, and one of records as accounts have them, beside what nobody can do without: JSON.parse, and gunzip.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { planOf, refersTo } from '../lib/infrastructure/plan.ts';
import { used } from './audit.ts';
import { type Figure, ratios } from './table.ts';

const ROUNDS = 3;
const PARSE = `JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'))`;
const UNPACK = `
const { readFileSync, readdirSync } = require('node:fs');
for (const name of readdirSync(process.argv[1]))
  JSON.parse(require('node:zlib').gunzipSync(readFileSync(process.argv[1] + '/' + name)).toString('utf8'));`;

export function preventionFigures(directory: string): readonly Figure[] {
  return [...checkFigures(directory), ...backtestFigures(directory)];
}

function checkFigures(directory: string): readonly Figure[] {
  const plan = join(directory, 'plan.json');
  writeFileSync(plan, JSON.stringify(largePlan()));
  const check = () => used('cli/portcullis.js', 'check', plan, '--unknown', 'warn');
  // The first run compiles.
  check();
  const rounds = Array.from({ length: ROUNDS }, () => ({
    check: check().cpu,
    parse: used('-e', PARSE, plan).cpu,
  }));
  const samples = rounds.map((round) => round.check);
  return [
    { name: 'check of a plan with 5,000 resources: processor time', goal: '<= 2000', samples, unit: 'ms' },
    {
      name: 'check of that plan / JSON.parse of it',
      goal: '',
      samples: ratios(
        samples,
        rounds.map(({ parse }) => parse),
      ),
      unit: 'times as long',
    },
  ];
}

/** A thousand groups with four rules each; a third of the groups is known only through locals. */
function largePlan() {
  return planOf(
    Array.from({ length: 1000 }, (_, group) => [
      {
        at: `aws_security_group.g${group}`,
        after: { name: `g${group}`, tags_all: {} },
        unknown: { id: true, ingress: true, egress: true },
        config: {},
      },
      ...Array.from({ length: 4 }, (__, rule) => ({
        at: `aws_vpc_security_group_ingress_rule.r${group}_${rule}`,
        after: {
          ip_protocol: 'tcp',
          from_port: 22 + rule,
          to_port: 22 + rule,
          cidr_ipv4: rule === 3 && group % 50 === 0 ? '0.0.0.0/0' : `10.${rule}.0.0/16`,
        },
        unknown: { security_group_id: true },
        config: {
          security_group_id:
            group % 3 === 0 ? { references: ['local.group'] } : refersTo(`aws_security_group.g${group}`),
        },
      })),
    ]).flat(),
  );
}

const PER_FILE = 2000;

function backtestFigures(directory: string): readonly Figure[] {
  const groups = join(directory, 'no-groups.json');
  writeFileSync(groups, '{"SecurityGroups":[]}');
  const [small, large] = [50, 500].map((files) => writeTrail(join(directory, `trail-${files}`), files)) as [
    string,
    string,
  ];
  const backtest = (trail: string) =>
    used(
      'cli/portcullis.js',
      'backtest',
      '--events',
      trail,
      '--from',
      groups,
      '--region',
      'eu-west-1',
      '--format',
      'json',
    );
  backtest(small);
  const recorded = writeRecorded(join(directory, 'trail-recorded'), 10);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    recorded: backtest(recorded),
    large: backtest(large),
    small: backtest(small),
    unpack: used('-e', UNPACK, large),
  }));
  const memory = (of: 'large' | 'small') => rounds.map((round) => round[of].memory);
  return [
    {
      name: 'backtest of 1,000,000 records, 1% of them about groups / gunzip and JSON.parse of them',
      ...{
        goal: '<= 2',
        samples: ratios(
          rounds.map((round) => round.large.cpu),
          rounds.map(({ unpack }) => unpack.cpu),
        ),
        unit: 'times as long',
      },
    },
    {
      name: 'backtest of 1,000,000 records: records in a second',
      goal: '',
      samples: rounds.map((round) => (500 * PER_FILE * 1000) / round.large.cpu),
      unit: '',
    },
    {
      name: 'backtest of 20,000 recorded records, all about groups: records in a second',
      goal: '',
      samples: rounds.map((round) => (10 * PER_FILE * 1000) / round.recorded.cpu),
      unit: '',
    },
    { name: 'backtest of 1,000,000 records: peak memory', goal: '', samples: memory('large'), unit: 'MB' },
    {
      name: 'backtest of 1,000,000 records / of 100,000: peak memory',
      goal: '',
      samples: ratios(memory('large'), memory('small')),
      unit: 'times as much',
    },
  ];
}

/** Files as CloudTrail writes them: mostly of other services. */
function writeTrail(folder: string, files: number): string {
  mkdirSync(folder);
  const others = Array.from({ length: PER_FILE - 20 }, (_, index) => JSON.stringify(otherRecord(index))).join(
    ',',
  );
  for (let file = 0; file < files; file += 1) {
    const own = Array.from({ length: 20 }, (_, index) => JSON.stringify(groupRecord(file * 20 + index))).join(
      ',',
    );
    writeFileSync(join(folder, `${file}.json.gz`), gzipSync(`{"Records":[${others},${own}]}`, { level: 1 }));
  }
  return folder;
}

const FIXTURES = 'test/fixtures/events';

/** What CloudTrail wrote in real accounts, over and over: each time a minute later, and of other groups, rules and lists. */
function writeRecorded(folder: string, files: number): string {
  mkdirSync(folder);
  const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.json'));
  const fixtures = names.flatMap((name) => recordsIn(JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'))));
  for (let file = 0; file < files; file += 1) {
    const records = Array.from({ length: PER_FILE }, (_, index) => {
      const copy = file * PER_FILE + index;
      return copyOf(fixtures[copy % fixtures.length] ?? {}, Math.floor(copy / fixtures.length), copy);
    });
    writeFileSync(
      join(folder, `${file}.json.gz`),
      gzipSync(`{"Records":[${records.join(',')}]}`, { level: 1 }),
    );
  }
  return folder;
}

function recordsIn(fixture: { Records?: readonly object[]; detail?: object }): readonly object[] {
  return fixture.Records ?? [fixture.detail ?? fixture];
}

function copyOf(record: { eventTime?: string }, round: number, copy: number): string {
  const eventTime = new Date(Date.parse(record.eventTime ?? '2026-01-01T00:00:00Z') + round * 60_000);
  const text = JSON.stringify({ ...record, eventTime: eventTime.toISOString(), eventID: `recorded-${copy}` });
  return text.replaceAll(/"(sg|sgr|pl)-([0-9a-z]+)"/g, `"$1-$2${round.toString(16)}"`);
}

const IDENTITY = {
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLE:jane',
  arn: 'arn:aws:sts::111122223333:assumed-role/people/jane',
  accountId: '111122223333',
  sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/people' } },
};

function otherRecord(index: number): object {
  return {
    ...{
      eventVersion: '1.11',
      userIdentity: IDENTITY,
      eventTime: '2026-03-01T00:00:00Z',
      eventSource: 'sts.amazonaws.com',
    },
    ...{
      eventName: 'AssumeRole',
      awsRegion: 'eu-west-1',
      sourceIPAddress: '203.0.113.7',
      userAgent: 'aws-sdk-java/2.20',
    },
    requestParameters: {
      roleArn: `arn:aws:iam::111122223333:role/service-${index}`,
      roleSessionName: `session-${index}`,
      durationSeconds: 3600,
    },
    responseElements: { credentials: { accessKeyId: 'ASIAEXAMPLE', expiration: 'Mar 1, 2026, 1:00:00 AM' } },
    ...{
      eventID: `other-${index}`,
      readOnly: true,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: '111122223333',
    },
  };
}

/** Each of a thousand groups is opened, and closed again, over and over. */
function groupRecord(index: number): object {
  const isOpening = Math.floor(index / 1000) % 2 === 0;
  const rule = {
    groupId: `sg-${(index % 1000).toString(16).padStart(8, '0')}`,
    securityGroupRuleId: `sgr-${index - (isOpening ? 0 : 1000)}`,
    isEgress: false,
    ipProtocol: 'tcp',
    fromPort: 22,
    toPort: 22,
    cidrIpv4: index % 10 === 0 ? '0.0.0.0/0' : '10.0.0.0/8',
  };
  const set = { items: [rule] };
  return {
    ...{
      eventVersion: '1.11',
      userIdentity: IDENTITY,
      eventTime: new Date(Date.parse('2026-03-01T00:00:00Z') + index * 60_000)
        .toISOString()
        .replace('.000', ''),
    },
    ...{
      eventSource: 'ec2.amazonaws.com',
      eventName: isOpening ? 'AuthorizeSecurityGroupIngress' : 'RevokeSecurityGroupIngress',
      awsRegion: 'eu-west-1',
      userAgent: 'Mozilla/5.0',
    },
    requestParameters: { groupId: rule.groupId, ipPermissions: { items: [] } },
    responseElements: {
      _return: true,
      ...(isOpening ? { securityGroupRuleSet: set } : { revokedSecurityGroupRuleSet: set }),
    },
    ...{ eventID: `group-${index}`, eventType: 'AwsApiCall', recipientAccountId: '111122223333' },
  };
}
