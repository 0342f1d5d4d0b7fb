// The mail rate limit. More than ten mails a second suspend an email subscription
// (https://docs.aws.amazon.com/general/latest/gr/sns.html), so all invocations share a count for each second.

import type { World } from '../world.ts';
import { countOne } from './claims.ts';

/** Half of what SNS allows: mails of two adjacent seconds may come close together. */
const EACH_SECOND = 5;
const SECOND = 1000;

/** Waits for a second with room for one more message; the counters live in the ledger. */
export async function waitForSlot({
  ledger,
  now,
  wait,
}: Pick<World, 'ledger' | 'now' | 'wait'>): Promise<void> {
  for (;;) {
    const time = now().getTime();
    const second = Math.floor(time / SECOND);
    const place = await countOne(ledger, `mails/${second}`, new Date(time + 60 * SECOND));
    if (place <= EACH_SECOND) return;
    // A latecomer skips as many seconds as the messages before it fill.
    const passing = Math.floor((place - 1) / EACH_SECOND);
    await wait((second + passing) * SECOND - time);
  }
}
