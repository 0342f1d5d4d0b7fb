// How far the groups of one event are dealt with: a prefix list may have more users than an invocation has time for.
import type { Changed } from '../change/change.ts';
import { wordsOf } from '../change/words.ts';
import { loadCheckpoint, type StoredCheckpoint, saveCheckpoint } from './ledger/checkpoints.ts';
import type { World } from './world.ts';

/** So many groups may be judged again by the next try. */
const STEP = 20;

/**
 * Does something for each group, in the order of their ids, from where an earlier try came to, and at last for those that
 * failed there: what fails each time must not keep the others waiting. Answers the errors.
 */
export async function forEachGroup(
  { ledger, now }: World,
  event: string,
  changes: readonly Changed[],
  deal: (change: Changed) => Promise<void>,
): Promise<readonly unknown[]> {
  const sorted = changes.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const isLong = sorted.length > STEP;
  let checkpoint: StoredCheckpoint = isLong ? await loadCheckpoint(ledger, event) : NOWHERE;
  const { after, failed } = checkpoint;
  const errors: unknown[] = [];
  const failing = new Set(failed);
  const dealWith = async (change: Changed) => {
    failing.delete(idOf(change));
    await deal(change).catch((error: unknown) => {
      errors.push(error);
      failing.add(idOf(change));
    });
  };
  for (const [index, change] of sorted.filter((one) => idOf(one) > after).entries()) {
    await dealWith(change);
    if (!isLong || (index + 1) % STEP !== 0) continue;
    const reached = { ...checkpoint, after: idOf(change), failed: [...failing] };
    checkpoint = await saveCheckpoint(ledger, event, reached, now());
  }
  for (const change of sorted.filter((one) => failed.includes(idOf(one)))) await dealWith(change);
  return errors;
}

const NOWHERE: StoredCheckpoint = { after: '', failed: [], version: 0 };

/** A change of several groups names each by its id; that of the words of its rules comes after that of all of them. */
function idOf({ group, rules }: Changed): string {
  const id = group?.by === 'id' ? group.id : ' ';
  return wordsOf(rules) === undefined ? id : `${id}/words`;
}
