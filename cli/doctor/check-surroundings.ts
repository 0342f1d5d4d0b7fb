// What the functions write to and what watches over them: queues, the key, subscribers, alarms.
import { counted } from '../../lib/report/phrases.ts';
import { about, CHANGED_BY_HAND, type Diagnosis, diagnosis } from './diagnosis.ts';
import type { DeploymentFacts, QueueFacts } from './facts.ts';

/** Seconds after which RetryAgeAlarm goes off. */
const OLD = 1800;

export function checkQueues({
  retryQueue,
  deadLetters,
  stage,
  stack,
}: DeploymentFacts): readonly Diagnosis[] {
  const place = `--stage ${stage} --region ${stack.region}`;
  return [
    ...about(retryQueue.depth, 'retry queue', (depth) => {
      const said = `${counted(depth, 'event')}${inMinutes(ageOf(retryQueue))}`;
      if (depth === 0 || ageOf(retryQueue) < OLD) return diagnosis('ok', 'retry queue', said);
      return diagnosis('warning', 'retry queue', said, 'Search the log of the function for `not done`.');
    }),
    ...about(deadLetters.depth, 'dead letters', (depth) => {
      if (depth === 0) return diagnosis('ok', 'dead letters', 'none');
      const said = `${counted(depth, 'event')} given up${inMinutes(ageOf(deadLetters))}: a rule may be open`;
      return diagnosis('broken', 'dead letters', said, `npx --no -- portcullis redrive ${place}`);
    }),
  ];
}

function ageOf({ age }: QueueFacts): number {
  return 'value' in age ? (age.value[0]?.value ?? 0) : 0;
}

function inMinutes(seconds: number): string {
  return seconds === 0 ? '' : `, the oldest ${counted(Math.ceil(seconds / 60), 'minute')} old`;
}

export function checkKeys({ keys, stack }: DeploymentFacts): readonly Diagnosis[] {
  return about(keys, 'key', (all) =>
    all.map(({ id, state }) => {
      if (state === 'Enabled') return diagnosis('ok', 'key', 'enabled');
      const cancel = `aws kms cancel-key-deletion --region ${stack.region} --key-id ${id} && `;
      const enable = `aws kms enable-key --region ${stack.region} --key-id ${id}`;
      const said = `${state}: no message, alarm or retry gets through`;
      return diagnosis('broken', 'key', said, `${state === 'PendingDeletion' ? cancel : ''}${enable}`);
    }),
  );
}

const SUBSCRIPTIONS = 'subscriptions';

/** Whether anybody is told. That a mail arrives, only its reader knows. */
export function checkSubscriptions({ subscriptions, stack }: DeploymentFacts): readonly Diagnosis[] {
  return about(subscriptions, SUBSCRIPTIONS, (all) => {
    const confirmed = all.filter(({ isConfirmed }) => isConfirmed);
    const pending = all.length - confirmed.length;
    const waits = pending === 0 ? '' : `, ${pending} not confirmed`;
    if (confirmed.length === 0) {
      const topic = stack.outputs.TopicArn ?? '<TopicArn>';
      const fix =
        pending > 0
          ? 'Open the mail that AWS sent, and confirm the subscription; or subscribe again.'
          : `aws sns subscribe --region ${stack.region} --topic-arn ${topic} --protocol email --notification-endpoint you@example.com`;
      return diagnosis('warning', SUBSCRIPTIONS, `nobody gets messages: none confirmed${waits}`, fix);
    }
    const protocols = [...new Set(confirmed.map(({ protocol }) => protocol))].toSorted().join(', ');
    const said = `${confirmed.length} confirmed (${protocols})${waits}`;
    return [
      pending === 0
        ? diagnosis('ok', SUBSCRIPTIONS, said)
        : diagnosis(
            'warning',
            SUBSCRIPTIONS,
            said,
            'Open the mail that AWS sent, and confirm the subscription.',
          ),
      { ...diagnosis('unknown', 'mails', 'only their readers know whether they arrive'), isUnknowable: true },
    ];
  });
}

const ALARMS = 'alarms';

export function checkAlarms({ alarms, resources, stack }: DeploymentFacts): readonly Diagnosis[] {
  return about(resources, ALARMS, (all) => {
    const expected = all.filter(({ type }) => type === 'AWS::CloudWatch::Alarm');
    return about(alarms, ALARMS, (found) => {
      const raised = found.filter(({ isRaised }) => isRaised);
      const mute = found.filter(({ hasActions }) => !hasActions);
      const gone = expected.filter(({ id }) => found.every(({ name }) => name !== id));
      const bad = [
        ...raised.map(({ name, description }) =>
          diagnosis(
            'broken',
            ALARMS,
            `${name}: ${description}`,
            'docs/operations.md says what to do about each alarm.',
          ),
        ),
        ...mute.map(({ name }) => {
          const fix = `aws cloudwatch enable-alarm-actions --region ${stack.region} --alarm-names ${name}`;
          return diagnosis('warning', ALARMS, `${name} notifies nobody: its actions are off`, fix);
        }),
        ...gone.map(({ id }) => diagnosis('warning', ALARMS, `${id} does not exist`, CHANGED_BY_HAND)),
      ];
      return bad.length > 0 ? bad : diagnosis('ok', ALARMS, `${found.length}, none in alarm`);
    });
  });
}
