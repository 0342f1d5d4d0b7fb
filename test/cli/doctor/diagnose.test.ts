// What the doctor says of what it read.
import { describe, expect, it } from 'vitest';
import { mayInvoke } from '../../../cli/doctor/check-rules.ts';
import { logsWrites } from '../../../cli/doctor/check-trail.ts';
import { diagnose } from '../../../cli/doctor/diagnose.ts';
import { exitCodeOf } from '../../../cli/doctor/diagnosis.ts';
import type { DeploymentFacts } from '../../../cli/doctor/facts.ts';
import { denied, healthy, ok, valueIn } from './facts.ts';

/** What is not as in a deployment in which all is well. */
function wrongIn(changes: Partial<DeploymentFacts>): readonly string[] {
  const usual = new Set(diagnose(healthy).map((one) => JSON.stringify(one)));
  return diagnose({ ...healthy, ...changes })
    .filter((one) => !usual.has(JSON.stringify(one)))
    .map(({ status, about, said, fix }) => `${status} ${about}: ${said} | ${fix ?? ''}`);
}

const [remediate, ...others] = healthy.functions;
if (remediate === undefined) throw new Error('no function');
const [rule, secondRule] = valueIn(healthy.rules);
if (rule === undefined || secondRule === undefined) throw new Error('no rules');
const trail = { name: 'main', homeRegion: 'us-east-1', isOfOrganization: false, isLogging: true };
const management = { EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'All' as const }] };
const silent = ok([]);
const exception = { groups: { ids: ['sg-0a'] }, reason: 'r', owner: 'platform' };
const policy = healthy.policies.find(({ action, mode }) => action === 'revoke' && mode === 'enforce');
if (policy === undefined) throw new Error('no policy');
const rest = healthy.policies.filter((one) => one !== policy);
/** The policies, with one more exception. */
const excepting = (expires: string) =>
  healthy.policies.map((one) =>
    one === policy ? { ...one, exceptions: [...(one.exceptions ?? []), { ...exception, expires }] } : one,
  );

const stage = (parameters: Record<string, string>) => ({
  ...{ account: undefined, regions: [], parameters, flowLogs: [], subscriptions: [] },
});

it('says that all is well, but for what nobody can know', () => {
  const lines = diagnose(healthy);

  expect(lines.filter(({ status }) => status !== 'ok').map(({ about }) => about)).toEqual(['mails']);
  expect(exitCodeOf(lines)).toBe(0);
});

describe('the doctor says what is wrong, and what to do', () => {
  it.each<[string, Partial<DeploymentFacts>, RegExp]>([
    [
      'no trail',
      { matched: silent, openings: silent, trails: ok([]) },
      /^broken trail: no trail records eu-west-1 \| Create a trail/,
    ],
    [
      'a trail that does not log',
      {
        matched: silent,
        openings: silent,
        trails: ok([{ ...trail, isLogging: false, selectors: management }]),
      },
      /^broken trail: main does not log \| aws cloudtrail start-logging --region us-east-1 --name main/,
    ],
    [
      'a trail of other events',
      { matched: silent, openings: silent, trails: ok([{ ...trail, selectors: { EventSelectors: [] } }]) },
      /^broken trail: no trail logs write management events here \| .*put-event-selectors/,
    ],
    [
      "an organization's trail, seen from a member",
      {
        ...{ matched: silent, openings: silent },
        trails: ok([{ ...trail, isOfOrganization: true, isLogging: undefined, selectors: undefined }]),
      },
      /^unknown trail: what main, which belongs to the organization, logs is not known here/,
    ],
    [
      'calls that EventBridge did not match',
      { matched: silent },
      /^broken delivery: CloudTrail knows 1 call that opened rules, the last at .*, and EventBridge matched none/,
    ],
    [
      'a quiet week',
      { matched: silent, openings: silent },
      /^unknown delivery: nothing was opened in the last week/,
    ],
    [
      'a call that was just made',
      { matched: silent, openings: ok(['2026-06-08T11:55:00.000Z']) },
      /^unknown delivery/,
    ],
    [
      'a call from before the deployment',
      { matched: silent, openings: ok(['2026-04-08T11:55:00.000Z']) },
      /^unknown delivery/,
    ],
    [
      'a disabled rule',
      { rules: ok([{ ...rule, isEnabled: false }, secondRule]) },
      /^broken event rules: portcullis-prod-remediate-rule-1 is disabled \| aws events enable-rule/,
    ],
    ['a rule that is gone', { rules: ok([rule]) }, /^broken event rules: .*rule-2 does not exist/],
    [
      'a rule without its target',
      { rules: ok([{ ...rule, targets: [] }, secondRule]) },
      /^broken event rules: .*rule-1 invokes no function of the stack/,
    ],
    [
      'a function that may not be invoked',
      { functions: [{ ...remediate, policy: ok('{}') }, ...others] },
      /^broken permission: .*rule-1 may not invoke portcullis-prod-remediate \| aws lambda add-permission/,
    ],
    [
      'a stopped function',
      { functions: [{ ...remediate, concurrency: ok(0) }, ...others] },
      /^broken portcullis-prod-remediate: it is stopped: .* \| aws lambda delete-function-concurrency/,
    ],
    [
      'a function that is gone',
      {
        functions: [{ ...remediate, concurrency: { missing: undefined, isGone: true, why: 'x' } }, ...others],
      },
      /^broken portcullis-prod-remediate: does not exist/,
    ],
    [
      'a function that fails',
      {
        functions: [
          {
            ...remediate,
            errors: ok([
              { at: '2026-06-08T11:00:00.000Z', value: 2 },
              { at: '2026-06-08T09:00:00.000Z', value: 1 },
            ]),
          },
          ...others,
        ],
      },
      /^warning portcullis-prod-remediate: 3 errors in the last 24 hours, the last in the hour from 2026-06-08T11:00:00.000Z \| Read its log: aws logs tail/,
    ],
    [
      'a mapping that is off',
      { mappings: ok(['Disabled']) },
      /^broken retries: .* \| .*--uuid uuid-1 --enabled/,
    ],
    [
      'events that wait for long',
      { retryQueue: { depth: ok(2), age: ok([{ at: '', value: 3600 }]) } },
      /^warning retry queue: 2 events, the oldest 60 minutes old/,
    ],
    [
      'dead letters',
      { deadLetters: { depth: ok(1), age: ok([]) } },
      /^broken dead letters: 1 event given up: .* \| npx --no -- portcullis redrive --stage prod --region eu-west-1/,
    ],
    [
      'a key that dies',
      { keys: ok([{ id: 'k', state: 'PendingDeletion' }]) },
      /^broken key: PendingDeletion: .* \| aws kms cancel-key-deletion .* && aws kms enable-key/,
    ],
    [
      'nobody who is told',
      { subscriptions: silent },
      /^warning subscriptions: nobody gets messages.* \| aws sns subscribe/,
    ],
    [
      'a reader who has not confirmed',
      { subscriptions: ok([{ protocol: 'email', endpoint: 'jane@example.com', isConfirmed: false }]) },
      /^warning subscriptions: nobody gets messages: none confirmed, 1 not confirmed \| Open the mail/,
    ],
    [
      'a group of a killed self-test',
      { testGroups: ok(['sg-0t']) },
      /^warning self-tests: sg-0t was left behind \| .*delete-security-group/,
    ],
    [
      'no sweep',
      { sweep: ok(undefined) },
      /^broken sweep: none was complete since 2026-05-01.*: more than 12 hours/,
    ],
    [
      'a policy that waits for a person',
      {
        breaker: ok({
          ...valueIn(healthy.breaker),
          latches: new Map([['ssh#1', 0]]),
        }),
      },
      /^warning breaker: on hold until somebody decides: ssh \| npx --no -- portcullis breaker status/,
    ],
    [
      'a stop',
      { breaker: ok({ ...valueIn(healthy.breaker), stoppedAt: 0 }) },
      /^warning breaker: all revoking is stopped since 1970.* \| .*breaker start/,
    ],
    [
      'other policies than deployed',
      { policies: rest },
      new RegExp(
        `^warning deployment: a deployment from here changes this: policy ${policy.id} is removed.*\\| .* deploy --plan --stage prod`,
      ),
    ],
    [
      'an exception that only the clone has',
      { policies: excepting('2030-01-01') },
      /^warning deployment: .*: an exception is new, until 2030-01-01/,
    ],
    [
      'a deployment that does not say its policies',
      { template: ok({}) },
      /^warning deployment: .* does not say which policies it has/,
    ],
    [
      'settings that do not say that it enforces',
      { settings: stage({}) },
      /^warning deployment: .*mode: enforce -> dry-run/,
    ],
    [
      'a mail address that only the settings have',
      { settings: stage({ mode: 'enforce', email: 'jane@example.com' }) },
      /^warning deployment: .*jane@example.com \(email\) is subscribed/,
    ],
    [
      'a mode that was changed by hand',
      {
        functions: [
          remediate,
          ...others
            .map((one) => {
              const { environment, ...rest } = valueIn(one.configuration);
              return {
                ...one,
                configuration: ok({ ...rest, environment: { ...environment, MODE: 'dry-run' } }),
              };
            })
            .slice(0, 1),
          ...others.slice(1),
        ],
      },
      /^warning by hand: MODE of sweep is `dry-run`, and was deployed as `enforce`/,
    ],
    [
      'an exception that ends',
      { policies: excepting('2026-06-20') },
      /^warning exceptions: one of .* ends on 2026-06-20 \(platform\) \| Ask platform/,
    ],
    [
      'a list that is not there',
      { lists: ok(new Map([['office', 'absent']])) },
      /^broken prefix lists: no prefix list .* named office/,
    ],
  ])('%s', (_, changes, expected) => {
    const wrong = wrongIn(changes);

    expect(wrong.filter((one) => expected.test(one))).toHaveLength(1);
  });

  it('an alarm', () => {
    const alarms = ok(valueIn(healthy.alarms).map((alarm) => ({ ...alarm, isRaised: true })));

    expect(wrongIn({ alarms })).toEqual([expect.stringMatching(/^broken alarms: age: No sweep/)]);
  });
});

const PROVEN = ['trails', 'openings'];

describe('what may not be read', () => {
  const readings = Object.entries(healthy).filter(([, one]) => typeof one === 'object' && 'value' in one);

  it.each(readings.map(([name]) => name))('is unknown, with the action that is missing: %s', (name) => {
    // An event that EventBridge matched proves the trail and the delivery.
    const changes = {
      [name]: denied('service:Action'),
      ...(PROVEN.includes(name) ? { matched: silent } : {}),
    };
    const lines = diagnose({ ...healthy, ...changes });

    expect(lines).toContainEqual(
      expect.objectContaining({ status: 'unknown', fix: 'Allow service:Action: see iam/reader.json.' }),
    );
    expect(exitCodeOf(lines)).toBe(name === 'trails' ? 1 : 2);
  });

  it('does not hide what is broken', () => {
    expect(exitCodeOf(diagnose({ ...healthy, rules: denied('a:B'), mappings: ok(['Disabled']) }))).toBe(1);
  });
});

describe('a trail', () => {
  const advanced = (...fields: readonly object[]) => ({
    selectors: {
      AdvancedEventSelectors: [
        { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }, ...fields] as never },
      ],
    },
  });

  it.each([
    ['without conditions', advanced(), true],
    ['of writes', advanced({ Field: 'readOnly', Equals: ['false'] }), true],
    ['without KMS', advanced({ Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] }), true],
    ['of reads', advanced({ Field: 'readOnly', Equals: ['true'] }), false],
    ['of some calls', advanced({ Field: 'eventName', StartsWith: ['Put'] }), undefined],
    ['of data', { selectors: { EventSelectors: [{ IncludeManagementEvents: false }] } }, false],
    ['whose selectors may not be read', { selectors: undefined }, undefined],
  ])('%s', (_, seen, expected) => {
    expect(logsWrites(seen)).toBe(expected);
  });
});

it.each([
  ['arn:aws:events:eu-west-1:1:rule/portcullis-*', true],
  ['arn:aws:events:eu-west-1:1:rule/portcullis-prod-a', true],
  ['arn:aws:events:eu-west-1:1:rule/other-*', false],
])('a rule may invoke what its ARN fits: %s', (pattern, expected) => {
  const Condition = { ArnLike: { 'AWS:SourceArn': pattern } };
  const Statement = [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Condition }];

  expect(
    mayInvoke(JSON.stringify({ Statement }), { arn: 'arn:aws:events:eu-west-1:1:rule/portcullis-prod-a' }),
  ).toBe(expected);
});

it('does not announce what ends after two weeks', () => {
  expect(wrongIn({ policies: excepting('2026-06-23') })).toEqual([
    expect.stringContaining('warning deployment'),
  ]);
});

/** The functions of a deployment whose settings name these log groups. */
function naming(FLOW_LOGS: string): DeploymentFacts['functions'] {
  return healthy.functions.map((one) => {
    const { environment, ...configuration } = valueIn(one.configuration);
    return { ...one, configuration: ok({ ...configuration, environment: { ...environment, FLOW_LOGS } }) };
  });
}

it.each([
  ['', []],
  ['flows', ['event rules: evidence-rule is disabled']],
])('a schedule that asks no flow logs may be disabled: %j', (FLOW_LOGS, expected) => {
  const functions = naming(FLOW_LOGS);
  const targets = [':function:portcullis-prod-evidence'];
  const disabled = { ...rule, name: 'evidence-rule', isEnabled: false, targets };
  const lines = diagnose({
    ...healthy,
    functions,
    rules: ok([...valueIn(healthy.rules), disabled]),
    resources: ok([...valueIn(healthy.resources), { type: 'AWS::Events::Rule', id: 'evidence-rule' }]),
  });

  expect(
    lines.filter(({ status }) => status === 'broken').map(({ about, said }) => `${about}: ${said}`),
  ).toEqual(expected);
});

describe('of flow logs, the doctor says', () => {
  const [flowLog] = valueIn(healthy.flowLogs);
  if (flowLog === undefined) throw new Error('no flow log');

  it.each<[string, Partial<DeploymentFacts>, readonly string[]]>([
    ['how many there are', {}, ['ok: 1 flow log in 1 log group']],
    [
      'that no function searches them',
      { stack: { ...healthy.stack, outputs: {} } },
      ['broken: no function searches them'],
    ],
    [
      'which log groups the role may not read',
      { functions: naming('flows,others'), flowLogs: ok([flowLog, { ...flowLog, logGroup: 'others' }]) },
      ['broken: the role may not read log group others'],
    ],
    [
      'to which log groups none writes',
      { flowLogs: ok([]) },
      ['warning: no flow log writes to log group flows'],
    ],
    [
      'which do not deliver, and why',
      { flowLogs: ok([{ ...flowLog, error: 'Access error' }]) },
      ['warning: fl-1 does not deliver: Access error'],
    ],
    [
      'which cannot tell who came in',
      { flowLogs: ok([{ ...flowLog, flaw: 'flow log fl-1 records only rejected packets' }]) },
      ['warning: flow log fl-1 records only rejected packets'],
    ],
    ['nothing where the settings name none', { functions: naming('') }, []],
  ])('%s', (_, changes, expected) => {
    const lines = diagnose({ ...healthy, ...changes }).filter(({ about }) => about === 'flow logs');

    expect(lines.map(({ status, said }) => `${status}: ${said}`)).toEqual(expected);
  });
});
