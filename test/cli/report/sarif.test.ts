// SARIF files, by the schema of the standard and by what GitHub's documentation of code scanning says it takes.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Log, ReportingDescriptor, Result, Run } from 'sarif';
import { describe, expect, it } from 'vitest';
import { makeSarif, type SarifFinding } from '../../../cli/report/sarif.ts';
import { SEVERITIES } from '../../../lib/policy/severity.ts';
import { policyOf } from '../../lib/io/world.ts';
import { file, portcullis } from '../portcullis.ts';

const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

function expectValid(log: unknown): void {
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
}

const policies = SEVERITIES.map((severity) => policyOf(severity, [22], 'revoke', { severity }));
const finding: SarifFinding = {
  policyId: 'critical',
  severity: 'critical',
  isUndecided: false,
  message: 'SSH from the whole internet on web (sg-0abc).',
  place: { path: 'policies/critical.yaml', line: 3 },
  resource: { name: 'web (sg-0abc)', path: '111122223333/eu-west-1/sg-0abc' },
  fingerprint: 'abc',
};

/** A file of findings; each is said to be of one of so many places. */
function sarifOf(findings: readonly SarifFinding[], places = 1): Log {
  const report = makeSarif(policies);
  for (const [index, one] of findings.entries()) report.add(`${index % places}/eu-west-1`, one);
  return report.end([]);
}
const findings = (count: number, of: Partial<SarifFinding> = {}) =>
  Array.from({ length: count }, (_, index) => ({ ...finding, fingerprint: `${index}`, ...of }));
const resultsIn = ({ runs }: Log) => runs.flatMap(({ results = [] }) => results);
const noticesIn = ({ runs }: Log) =>
  runs.flatMap(({ invocations = [] }) =>
    invocations.flatMap(({ toolExecutionNotifications: all = [] }) => all.map(({ message }) => message.text)),
  );

/** https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit, and what it refers to. */
const LIMITS: readonly (readonly [what: string, most: number, of: (log: Log) => number])[] = [
  ['runs', 20, ({ runs }) => runs.length],
  ['results of a run', 5000, ({ runs }) => largest(runs.map(({ results = [] }) => results.length))],
  ['rules of a run', 25_000, ({ runs }) => largest(runs.map((run) => rulesOf(run).length))],
  ['tags of a rule', 10, ({ runs }) => largest(runs.flatMap(rulesOf).map((rule) => tagsOf(rule).length))],
  [
    'locations of a result',
    1,
    (log) => largest(resultsIn(log).map(({ locations = [] }) => locations.length)),
  ],
  [
    'characters of a description',
    1024,
    ({ runs }) =>
      largest(
        runs
          .flatMap(rulesOf)
          .flatMap(({ shortDescription, fullDescription }) => [shortDescription?.text, fullDescription?.text])
          .map((text = '') => text.length),
      ),
  ],
  [
    'characters of a name',
    255,
    ({ runs }) => largest(runs.flatMap(rulesOf).map(({ name = '' }) => name.length)),
  ],
  ['bytes, packed by gzip', 10_000_000, (log) => gzipSync(JSON.stringify(log)).length],
];
const largest = (numbers: readonly number[]) => numbers.reduce((most, one) => Math.max(most, one), 0);
const rulesOf = ({ tool }: Run) => tool.driver.rules ?? [];
const tagsOf = ({ properties }: ReportingDescriptor) => properties?.tags ?? [];

describe('a SARIF file', () => {
  const random = () => Math.sin(seed++).toString(36).slice(2);
  let seed = 1;
  const large = sarifOf(
    findings(30_000).map((one) => ({ ...one, message: Array.from({ length: 60 }, random).join(' ') })),
    50,
  );

  it.each<[string, Log]>([
    ['nothing', sarifOf([])],
    ['a finding', sarifOf([finding])],
    [
      'findings of every kind',
      sarifOf(
        SEVERITIES.flatMap((severity) => findings(2, { severity })),
        3,
      ),
    ],
    ['more than GitHub takes', large],
  ])('is valid with %s in it', (_, log) => {
    expectValid(log);
  });

  it.each(LIMITS)('keeps to the limit of GitHub on %s', (_, most, of) => {
    expect(of(large)).toBeLessThanOrEqual(most);
    expect(of(large)).toBeGreaterThan(0);
  });

  it('has the most severe findings, and says what it leaves out', () => {
    const log = sarifOf([...findings(4999, { severity: 'low', policyId: 'low' }), ...findings(3)]);
    const [first, second, third, fourth] = resultsIn(log).map(({ ruleId }) => ruleId);

    expect(resultsIn(log)).toHaveLength(5000);
    expect([first, second, third, fourth]).toEqual(['critical', 'critical', 'critical', 'low']);
    expect(noticesIn(log)[0]).toContain('Left out: 2 findings.');
    expect(noticesIn(sarifOf(findings(5000)))).toEqual([]);
    expect(noticesIn(sarifOf(findings(42), 21))[0]).toContain('Left out: 2 findings, and 1 place.');
  });

  it('has what violates and is reached before what may violate', () => {
    const log = sarifOf([
      { ...finding, fingerprint: 'undecided', isUndecided: true, order: 0 },
      { ...finding, fingerprint: 'unknown', order: 4 },
      { ...finding, fingerprint: 'reached', order: 0 },
    ]);

    expect(resultsIn(log).map(({ partialFingerprints: all }) => all?.['portcullis/v1'])).toEqual([
      'reached',
      'unknown',
      'undecided',
    ]);
  });

  it('has a run for each place that was looked at, by which GitHub tells their alerts apart', () => {
    const report = makeSarif(policies);
    report.add('111122223333/eu-west-1', finding);
    const { runs } = report.end(['111122223333/eu-west-1', '111122223333/us-east-1']);

    expect(runs.map(({ automationDetails }) => automationDetails?.id)).toEqual([
      '111122223333/eu-west-1/',
      '111122223333/us-east-1/',
    ]);
    expect(runs.map(({ results }) => results?.length)).toEqual([1, 0]);
  });

  it('maps severities to those of GitHub', () => {
    const scores = policies.map((policy) => {
      const rule = rulesOf(makeSarif([policy]).end(['a']).runs[0] as Run)[0];
      return [rule?.defaultConfiguration?.level, Number(rule?.properties?.['security-severity'])];
    });

    expect(scores).toEqual([
      ['error', 9.5],
      ['error', 8],
      ['warning', 5.5],
      ['note', 2],
    ]);
  });

  it('has no links that nobody made', () => {
    const [result] = resultsIn(sarifOf([{ ...finding, message: 'on [evil](https://evil.example)' }]));

    expect(result?.message.text).toBe('on [evil] (https://evil.example)');
  });
});

describe('portcullis audit --format sarif', () => {
  const open = (port: number, CidrIp = '0.0.0.0/0') => ({
    ...{ IpProtocol: 'tcp', FromPort: port, ToPort: port },
    IpRanges: [{ CidrIp, Description: 'x' }],
  });
  const groups = file('sarif.json', {
    SecurityGroups: [
      {
        ...{ GroupId: 'sg-0web', GroupName: 'web', OwnerId: '111122223333', VpcId: 'vpc-0abc' },
        IpPermissions: [open(22), open(8443)],
      },
    ],
  });

  /** A repository with settings, and a policy of its owner. */
  function repository(): string {
    const root = mkdtempSync(join(tmpdir(), 'repository-'));
    mkdirSync(join(root, '.git'));
    mkdirSync(join(root, 'config', 'policies'), { recursive: true });
    const settings =
      'policies: policies\nshipped:\n  no-world-open-databases: { mode: dry-run }\n  web-only-to-the-world: { mode: dry-run }\nstages: {}\n';
    writeFileSync(join(root, 'config', 'settings.yml'), settings);
    const own = readFileSync('test/fixtures/shipped/no-world-open-admin.yaml', 'utf8');
    const text = `# Ours.\n${own.replace('id: no-world-open-admin', 'id: ours')}`;
    writeFileSync(join(root, 'config', 'policies', 'ours.yaml'), text);
    return root;
  }

  async function audit(...words: readonly string[]): Promise<Log> {
    const { stdout } = await portcullis([
      ...['audit', '--from', groups, '--region', 'eu-west-1', '--format', 'sarif'],
      ...words,
    ]);
    return JSON.parse(stdout);
  }
  const places = (log: Log) =>
    Object.fromEntries(
      resultsIn(log).map(({ ruleId, locations }) => {
        const { artifactLocation, region } = locations?.[0]?.physicalLocation ?? {};
        return [ruleId, `${artifactLocation?.uri}:${region?.startLine}`];
      }),
    );

  it('is valid, with the group in the message and as the resource', async () => {
    const log = await audit();
    const [result] = resultsIn(log) as [Result];

    expectValid(log);
    expect(result.message.text).toBe(
      'SSH from the whole internet on web (sg-0web), account 111122223333, eu-west-1. It allows tcp/22 from the whole internet.',
    );
    expect(result.locations?.[0]?.logicalLocations).toEqual([
      { name: 'web (sg-0web)', fullyQualifiedName: '111122223333/eu-west-1/sg-0web', kind: 'resource' },
    ]);
    expect(log.runs[0]?.automationDetails?.id).toBe('111122223333/eu-west-1/');
  });

  it('points to the policy of its owner, and for shipped ones to the settings', async () => {
    const found = places(await audit('--settings', join(repository(), 'config', 'settings.yml')));

    expect(found).toMatchObject({
      ours: 'config/policies/ours.yaml:3',
      'web-only-to-the-world': 'config/settings.yml:4',
      'no-world-open-high-risk': 'config/settings.yml:3',
    });
  });

  it('points to the files of a directory of policies', async () => {
    const found = places(await audit('--policies', join(repository(), 'config', 'policies')));

    expect(found).toEqual({ ours: 'config/policies/ours.yaml:3' });
  });

  it('has the same fingerprint for a rule that was made again, and another one for each finding', async () => {
    const fingerprints = async (...words: readonly string[]) =>
      resultsIn(await audit(...words)).map((one) => one.partialFingerprints?.primaryLocationLineHash);
    const rule = { GroupId: 'sg-0web', IsEgress: false, IpProtocol: '6', CidrIpv4: '0.0.0.0/0' };
    const rules = file('sarif-rules.json', {
      SecurityGroupRules: [22, 8443].map((port) => ({
        ...{ ...rule, SecurityGroupRuleId: `sgr-${port}`, FromPort: port, ToPort: port },
        Description: 'another one',
      })),
    });
    const before = await fingerprints();

    expect(new Set(before).size).toBe(before.length);
    expect(await fingerprints('--rules', rules)).toEqual(before);
  });
});
