// How far the groups of one event are dealt with: a prefix list may have more users than an invocation has time for.
import type { Changed } from '../change.ts';
import { assign, readClaim } from './counters.ts';
import type { World } from './world.ts';

/** So many groups may be judged once more by the next try. */
const STEP = 20;
/** As long as an event can lie among the dead letters, and a day. */
const KEPT_FOR = 15 * 86_400_000;

/** Does something for each group, in the order of their ids, from where an earlier try came to; answers what failed. */
export async function inCourse(
  { ledger, now }: World,
  event: string,
  changes: readonly Changed[],
  deal: (change: Changed) => Promise<void>,
): Promise<readonly unknown[]> {
  const sorted = changes.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const name = `course/${event}`;
  const isLong = sorted.length > STEP;
  const after = isLong ? ((await readClaim(ledger, name, now()))?.by ?? '') : '';
  const left = sorted.filter((change) => idOf(change) > after);
  const errors: unknown[] = [];
  for (const [index, change] of left.entries()) {
    await deal(change).catch((error: unknown) => errors.push(error));
    // What has failed must have its turn again, and so must all that come after it.
    if (isLong && errors.length === 0 && (index + 1) % STEP === 0) {
      await assign(ledger, name, { by: idOf(change), until: new Date(now().getTime() + KEPT_FOR) });
    }
  }
  return errors;
}

/** A change of several groups names each by its id. */
function idOf({ group }: Changed): string {
  return group?.by === 'id' ? group.id : ' ';
}
