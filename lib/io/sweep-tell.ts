// The end of a sweep: its digest, and those that earlier ones could not send.

import { publish } from './aws/sns.ts';
import { waitForSlot } from './ledger/mail-rate-limit.ts';
import type { Swept } from './sweep.ts';
import { type Course, insist } from './sweep-course.ts';
import { digestOf } from './sweep-end.ts';

/** The log has every finding, so of the digests that nobody could be sent the last ones will do. */
const MOST_PENDING = 5;

/** What is to be told is on record before it is sent: what SNS does not take must not hold up the next sweep. */
export async function finish(course: Course): Promise<Swept> {
  const { world, held } = course;
  const digest = await digestOf(world, held);
  const pending = [...(held.pending ?? []), ...(digest === undefined ? [] : [digest])].slice(-MOST_PENDING);
  const finishedAt = world.now().toISOString();
  await insist(course, { finishedAt, completeAt: finishedAt, pending });
  return tell(course);
}

/** Sends what people have yet to get, and notes each. */
export async function tell(course: Course): Promise<Swept> {
  const { world } = course;
  const digests = course.held.pending ?? [];
  for (const [index, digest] of digests.entries()) {
    await waitForSlot(world);
    await publish(world, digest);
    await insist(course, { pending: digests.slice(index + 1), toldAt: world.now().toISOString() });
  }
  const digest = digests.at(-1);
  return { state: 'finished', ...(digest && { digest }) };
}
