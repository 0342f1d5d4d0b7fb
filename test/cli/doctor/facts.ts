// What is read of a deployment in which all is well.
import type { DeploymentFacts } from '../../../cli/doctor/facts.ts';
import type { Reading } from '../../../cli/doctor/reading.ts';
import { MANIFEST, manifestOf } from '../../../lib/deployment/manifest.ts';
import { FUNCTIONS } from '../../../lib/deployment/template.ts';
import { readPolicies } from '../../../lib/io/policy-files.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { mayRevoke, withoutOff } from '../../../lib/policy/policy-modes.ts';
import { hashPolicies } from '../../../lib/remediation/fingerprints.ts';
import type { Sweep } from '../../../lib/sweep/state.ts';

const NOW = new Date('2026-06-08T12:00:00Z');
const policies = readPolicies('policies');
const compiled = withoutOff(policies.map(compilePolicy));

export const ok = <T>(value: T): Reading<T> => ({ value });
export const denied = (missing: string): Reading<never> => ({ missing, isGone: false, why: 'AccessDenied' });

export function valueIn<T>(reading: Reading<T>): T {
  if ('value' in reading) return reading.value;
  throw new Error(reading.why);
}

const arnOf = (service: string, what: string) => `arn:aws:${service}:eu-west-1:111122223333:${what}`;
const RULES = [1, 2].map((number) => `portcullis-prod-remediate-rule-${number}`);

/** Only what the checks look at. */
const sweep = {
  startedAt: '2026-06-08T06:00:00.000Z',
  completeAt: '2026-06-08T06:01:00.000Z',
  policies: hashPolicies(compiled),
} as Sweep;

function makeFunction(which: string): DeploymentFacts['functions'][number] {
  const name = `portcullis-prod-${which}`;
  const environment = {
    ...{ STAGE: 'prod', MODE: 'enforce', TOPIC_ARN: arnOf('sns', 'portcullis-prod'), LEDGER_TABLE: 'ledger' },
    ...{ TRIM_LIMIT: '0', EXPOSURE: 'on', MAX_RECEIVES: '5', BREAKER_LIMIT: '100', BREAKER_MINUTES: '15' },
    FLOW_LOGS: 'flows',
  };
  const Condition = { ArnLike: { 'AWS:SourceArn': arnOf('events', 'rule/portcullis-prod-*') } };
  const statement = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Condition };
  return {
    name,
    configuration: ok({
      ...{ name, arn: arnOf('lambda', `function:${name}`), state: 'Active', environment },
      modifiedAt: '2026-06-01T00:00:00.000Z',
    }),
    concurrency: ok(undefined),
    policy: ok(JSON.stringify({ Statement: [statement] })),
    errors: ok([]),
  };
}

/** The resource that lets the functions read log groups. */
function policyFor(...logGroups: readonly string[]): object {
  const Resource = logGroups.map((name) => ({
    'Fn::Join': [':', ['arn', 'aws', 'logs', 'log-group', name, '*']],
  }));
  return { Properties: { PolicyDocument: { Statement: [{ Resource }] } } };
}

export const healthy: DeploymentFacts = {
  stage: 'prod',
  now: NOW,
  stack: {
    ...{ name: 'portcullis-prod', partition: 'aws', accountId: '111122223333', region: 'eu-west-1' },
    ...{
      status: 'UPDATE_COMPLETE',
      createdAt: new Date('2026-05-01T00:00:00Z'),
      outputs: { EvidenceFunction: 'portcullis-prod-evidence' },
    },
  },
  resources: ok([
    ...RULES.map((id) => ({ type: 'AWS::Events::Rule', id })),
    { type: 'AWS::CloudWatch::Alarm', id: 'age' },
    { type: 'AWS::Lambda::EventSourceMapping', id: 'uuid-1' },
  ]),
  trails: ok([
    {
      ...{ name: 'main', homeRegion: 'eu-west-1', isOfOrganization: false, isLogging: true },
      selectors: { EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'All' }] },
    },
  ]),
  openings: ok(['2026-06-08T10:00:00.000Z']),
  matched: ok([{ at: '2026-06-08T10:00:00.000Z', value: 3 }]),
  rules: ok(
    RULES.map((name) => ({
      ...{ name, arn: arnOf('events', `rule/${name}`), isEnabled: true },
      targets: [arnOf('lambda', 'function:portcullis-prod-remediate')],
    })),
  ),
  functions: ['remediate', 'sweep', 'tick', 'evidence'].map(makeFunction),
  flowLogs: ok([{ id: 'fl-1', logGroup: 'flows', error: undefined, flaw: undefined }]),
  mappings: ok(['Enabled']),
  retryQueue: { depth: ok(0), age: ok([]) },
  deadLetters: { depth: ok(0), age: ok([]) },
  keys: ok([{ id: 'key-1', state: 'Enabled' }]),
  alarms: ok([
    {
      ...{ name: 'age', metric: 'sweep-age-hours', isRaised: false, hasActions: true },
      ...{ description: 'No sweep', threshold: 12 },
    },
  ]),
  subscriptions: ok([{ protocol: 'email', endpoint: 'jane@example.com', isConfirmed: true }]),
  testGroups: ok([]),
  sweep: ok(sweep),
  breaker: ok({
    ...{ members: [], latches: new Map(), releases: new Map(), groups: 40, stoppedAt: undefined },
    firstSeen: new Map(compiled.filter(mayRevoke).map(({ key }) => [key, 0])),
  }),
  due: ok([]),
  policies,
  settings: undefined,
  template: ok({
    Metadata: { [MANIFEST]: manifestOf(policies, { release: '0.2.0', commit: '0abc' }) },
    Resources: {
      EvidencePolicy: policyFor('flows'),
      ...Object.fromEntries(
        FUNCTIONS.map((id) => [
          id,
          { Properties: { Environment: { Variables: { MODE: 'enforce', TRIM_LIMIT: '0' } } } },
        ]),
      ),
    },
  }),
  lists: ok(new Map()),
};
