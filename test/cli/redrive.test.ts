// `portcullis redrive` as its users run it, on the sandbox over HTTP.
import { beforeEach, describe, expect, it } from 'vitest';
import { type Account, createAccount, fail } from '../../lib/sandbox/index.ts';
import { makeEvent, tcp } from '../lib/io/world.ts';
import { onAccount } from './portcullis.ts';

const event = makeEvent([tcp('sgr-0ssh', 22)]);
/** As Lambda writes it for an event that its function failed on. */
const failed = {
  version: '1.0',
  timestamp: '2026-06-01T12:01:00.000Z',
  requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
  requestPayload: event,
  responseContext: { statusCode: 200, functionError: 'Unhandled' },
  responsePayload: { errorType: 'NotVisibleError', errorMessage: 'not all visible yet', trace: [] },
};
const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });

let account: Account;
const redrive = (...words: readonly string[]) => onAccount(account, ['redrive', ...words]);
const bodies = (name: string) => account.queues.get(name)?.messages.map(({ body }) => body);

beforeEach(() => {
  account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
  account.queues.set('retry', { messages: [] });
  account.queues.set('dead', {
    deadLettersOf: 'retry',
    messages: [
      { body: JSON.stringify(failed) },
      {
        body: JSON.stringify(event),
        attributes: { ERROR_CODE: attribute('THROTTLED'), ERROR_MESSAGE: attribute('Rate exceeded') },
      },
      { body: JSON.stringify(event) },
      { body: 'no event \u001b[31m at all' },
    ],
  });
});

describe('portcullis redrive', () => {
  it('says what each is about, and why it failed', async () => {
    const { status, stdout } = await redrive();

    expect(status).toBe(0);
    for (const text of [
      'AuthorizeSecurityGroupIngress on sg-0web at 2026-06-01T12:00:00Z, by ',
      '  event event-1',
      '  first failed at 2026-06-01T12:01:00.000Z: NotVisibleError: not all visible yet',
      '  EventBridge could not hand it over: THROTTLED: Rate exceeded',
      '  It does not say why: look for the event in the log.',
      'What cannot be read as an event: ',
      '4 dead letters. Nothing was changed: --replay sends all back',
    ])
      expect(stdout).toContain(text);
  });

  it('changes nothing, and hides nothing', async () => {
    await redrive();

    expect(account.queues.get('dead')?.messages.map(({ isHidden }) => isHidden)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(bodies('retry')).toEqual([]);
  });

  it('sends all back with --replay', async () => {
    const before = bodies('dead');

    const { status, stdout } = await redrive('--replay');

    expect(status).toBe(0);
    expect(stdout).toContain('4 on the way back to be tried again (task task-1)');
    expect([bodies('retry'), bodies('dead')]).toEqual([before, []]);
  });

  it('deletes one that can never succeed with --discard, prints it, and leaves the others', async () => {
    const before = bodies('dead');

    const { status, stdout } = await redrive('--discard', 'message-3');

    expect(status).toBe(0);
    expect(stdout).toContain('What cannot be read as an event');
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toBe(before?.[3]);
    expect(bodies('dead')).toEqual(before?.slice(0, 3));
    expect(account.queues.get('dead')?.messages.every(({ isHidden }) => !isHidden)).toBe(true);
    expect(await redrive('--discard', 'message-9')).toMatchObject({ status: 2 });
    expect(bodies('dead')).toHaveLength(3);
  });

  it('looks at more than one answer holds', async () => {
    account.queues.set('dead', {
      deadLettersOf: 'retry',
      messages: Array.from({ length: 23 }, () => ({ body: JSON.stringify(failed) })),
    });

    const { stdout } = await redrive();
    expect(stdout.match(/first failed/g)).toHaveLength(23);
  });

  it('says that there is none', async () => {
    account.queues.set('dead', { deadLettersOf: 'retry', messages: [] });

    expect(await redrive('--replay')).toMatchObject({ status: 0, stdout: 'no dead letters\n' });
  });

  it('refuses a queue that is not one of dead letters', async () => {
    account.queues.set('dead', { messages: [{ body: '{}' }] });

    const { status, stderr } = await redrive('--replay');
    expect(status).toBe(2);
    expect(stderr).toContain('they cannot be sent back: ResourceNotFoundException');
  });

  it('says in one line when it may not', async () => {
    fail(account, 'ReceiveMessage', 'AccessDenied');

    const { status, stderr } = await redrive();
    expect(status).toBe(2);
    expect(stderr).toContain('the queue cannot be read: AccessDenied');
  });
});
