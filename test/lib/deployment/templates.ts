// Templates as the framework makes them, of what a test wants to be in force.
import fc from 'fast-check';
import { MANIFEST, manifestOf } from '../../../lib/deployment/manifest.ts';
import type { PolicyDocument } from '../../../lib/policy/schema.ts';

export interface Wanted {
  readonly mode: 'enforce' | 'dry-run';
  readonly sweepMode: 'enforce' | 'report';
  readonly trimLimit: number;
  readonly breakerLimit: number;
  readonly breakerMinutes: number;
  readonly protect: readonly string[];
  readonly logRetention: number;
  readonly mail: string;
  /** By their logical ids, which severities they get; none for all. */
  readonly hooks: Readonly<Record<string, readonly string[]>>;
  readonly policies: readonly PolicyDocument[];
  /** False for what a release without manifests deployed. */
  readonly hasManifest: boolean;
}

export const POLICY: PolicyDocument = {
  id: 'no-ssh',
  title: 'SSH is closed',
  severity: 'high',
  description: 'Use Session Manager.',
  references: [],
  match: { direction: 'ingress', ports: [22], source: 'world' },
  action: 'revoke',
  mode: 'enforce',
};

export const EXCEPTION = {
  sources: ['198.51.100.0/24'],
  reason: 'the bastion',
  owner: 'platform-team',
  expires: '2027-01-01',
};

export const TODAY = '2026-06-01';

export const ENFORCING: Wanted = {
  ...{ mode: 'enforce', sweepMode: 'report', trimLimit: 0, breakerLimit: 100, breakerMinutes: 15 },
  ...{ protect: ['sg-0abc'], logRetention: 400, mail: 'jane@example.com' },
  ...{ hooks: { Hook1: [] }, policies: [POLICY], hasManifest: true },
};

/** The template of a deployment. */
export function templateOf(wanted: Wanted): object {
  const variables = {
    ...{ MODE: wanted.mode, TOPIC_ARN: { Ref: 'Topic' }, TRIM_LIMIT: `${wanted.trimLimit}` },
    ...{ BREAKER_LIMIT: `${wanted.breakerLimit}`, BREAKER_MINUTES: `${wanted.breakerMinutes}` },
    PROTECT: wanted.protect.join(','),
  };
  const functionWith = (Variables: object) => ({
    Type: 'AWS::Lambda::Function',
    Properties: { Environment: { Variables } },
  });
  const hooks = Object.entries(wanted.hooks).map(([id, severity]) => [
    id,
    {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        ...{ TopicArn: { Ref: 'Topic' }, Protocol: 'https', Endpoint: `https://example.com/${id}` },
        ...(severity.length === 0 ? {} : { FilterPolicy: { severity } }),
      },
    },
  ]);
  const manifest = manifestOf(wanted.policies, { release: '0.2.0' });
  return {
    ...(wanted.hasManifest ? { Metadata: { [MANIFEST]: manifest } } : {}),
    Resources: {
      RemediateLambdaFunction: functionWith(variables),
      SweepLambdaFunction: functionWith({ ...variables, SWEEP_MODE: wanted.sweepMode }),
      TickLambdaFunction: functionWith(variables),
      SweepEventsRuleSchedule1: { Properties: { ScheduleExpression: 'rate(6 hours)' } },
      SweepAgeAlarm: { Properties: { Threshold: 12 } },
      RemediateLogGroup: { Properties: { RetentionInDays: wanted.logRetention } },
      EmailSubscription: {
        Type: 'AWS::SNS::Subscription',
        Condition: 'HasEmail',
        Properties: { Protocol: 'email', Endpoint: wanted.mail },
      },
      ...Object.fromEntries(hooks),
    },
  };
}

const exception = fc
  .record({
    source: fc.constantFrom('198.51.100.0/24', '10.0.0.0/8'),
    year: fc.constantFrom(2025, 2027, 2028),
  })
  .map(({ source, year }) => ({ ...EXCEPTION, sources: [source], expires: `${year}-01-01` }));

const policy = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c'),
    port: fc.constantFrom(22, 3389),
    title: fc.constantFrom('SSH is closed', 'No SSH'),
    severity: fc.constantFrom<PolicyDocument['severity']>('high', 'critical'),
    action: fc.constantFrom<PolicyDocument['action']>('revoke', 'trim', 'notify'),
    otherwise: fc.constantFrom<NonNullable<PolicyDocument['otherwise']>>('revoke', 'notify'),
    mode: fc.constantFrom<PolicyDocument['mode']>('enforce', 'enforce', 'dry-run', 'off'),
    grace: fc.constantFrom(undefined, '5m', '10m'),
    exceptions: fc.array(exception, { maxLength: 2 }),
  })
  .map(
    ({ port, otherwise, ...rest }): PolicyDocument => ({
      ...POLICY,
      ...rest,
      match: { ...POLICY.match, ports: [port] },
      ...(rest.action === 'trim' ? { otherwise } : {}),
    }),
  );

/** Deployments small enough that two of them often have something in common. */
export const wanted: fc.Arbitrary<Wanted> = fc.record({
  mode: fc.constantFrom('enforce', 'enforce', 'dry-run'),
  sweepMode: fc.constantFrom('enforce', 'report'),
  trimLimit: fc.constantFrom(0, 5, 10),
  breakerLimit: fc.constantFrom(50, 100),
  breakerMinutes: fc.constantFrom(15, 30),
  protect: fc.uniqueArray(fc.constantFrom('sg-0abc', 'name=bastion-*', 'tag:keep=yes')),
  logRetention: fc.constantFrom(30, 400),
  mail: fc.constantFrom('', 'jane@example.com', 'team@example.com'),
  hooks: fc.dictionary(
    fc.constantFrom('Hook1', 'Hook2'),
    fc.uniqueArray(fc.constantFrom('critical', 'high')),
    { noNullPrototype: true },
  ),
  policies: fc.uniqueArray(policy, { selector: ({ id }) => id }),
  hasManifest: fc.constant(true),
});

/** A deployment and another one that differs from it in a few settings, or in one policy. */
export const edited: fc.Arbitrary<readonly [from: Wanted, to: Wanted]> = fc
  .tuple(wanted, wanted, fc.subarray(Object.keys(ENFORCING), { maxLength: 2 }), policy)
  .map(([from, other, keys, one]) => {
    const rest = from.policies.filter(({ id }) => id !== one.id);
    const changes = keys.map((key) => [key, other[key as keyof Wanted]]);
    return [from, { ...from, policies: [one, ...rest], ...Object.fromEntries(changes) }];
  });
