// What the bot relies on in SNS.
import { PublishCommand } from '@aws-sdk/client-sns';
import { type Case, codeOf, type Place } from './place.ts';

const url = 'https://docs.aws.amazon.com/sns/latest/api/API_Publish.html';
const MOST_BYTES = 262_144;

const publish = ({ sns, topicArn }: Place, Message: string, more: object = {}) =>
  codeOf(sns.send(new PublishCommand({ TopicArn: topicArn, Message, ...more })));

export const SNS_CASES: readonly Case[] = [
  {
    claim: 'A message of 256 KiB is taken',
    url,
    observe: (place) => publish(place, 'a'.repeat(MOST_BYTES)),
    documented: undefined,
  },
  {
    claim: 'A longer message is refused',
    url,
    observe: (place) => publish(place, 'a'.repeat(MOST_BYTES + 1)),
    documented: 'InvalidParameterException',
  },
  {
    claim: 'Its bytes count, not its characters',
    url,
    observe: (place) => publish(place, 'ä'.repeat(MOST_BYTES / 2 + 1)),
    documented: 'InvalidParameterException',
    deviates: ['moto'],
  },
  {
    claim: 'A subject has fewer than 100 characters',
    url,
    observe: async (place) => [
      await publish(place, 'a', { Subject: 'a'.repeat(99) }),
      await publish(place, 'a', { Subject: 'a'.repeat(100) }),
    ],
    documented: [undefined, 'InvalidParameterException'],
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'A subject has no line breaks',
    url,
    observe: (place) => publish(place, 'a', { Subject: 'a\nb' }),
    documented: 'InvalidParameterException',
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'A message with versions needs one by default',
    url,
    observe: (place) => publish(place, '{"email":"a"}', { MessageStructure: 'json' }),
    documented: 'InvalidParameterException',
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'A topic that does not exist takes nothing',
    url,
    observe: (place) => publish({ ...place, topicArn: `${place.topicArn}-not` }, 'a'),
    documented: 'NotFoundException',
  },
];
