import { expect, it } from 'vitest';
import { makeNotification } from '../../../lib/report/chat/notification.ts';

it('a notification is within the limits of Amazon Q Developer, whatever it has to say', () => {
  const long = 'x'.repeat(10_000);
  const said = { id: 'event-1', title: long, lines: [long], nextSteps: [long], keywords: [long] };
  const { content, metadata } = makeNotification({ ...said, threadId: 'sg-0web', eventType: 'portcullis' });

  const { title, description, nextSteps, keywords } = content;
  const parts = [title, description, ...nextSteps, ...keywords, metadata.summary];
  expect(parts.map(({ length }) => length)).toEqual([250, 8000, 350, 75, 250]);
});
