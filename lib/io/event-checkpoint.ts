// How far the groups of one event are dealt with: a prefix list may have more users than an invocation has time for.
import type { Changed } from '../change/change.ts';
import { assign, readClaim } from './ledger/claims.ts';
import type { World } from './world.ts';

/** So many groups may be judged once more by the next try. */
const STEP = 20;
/** As long as an event can lie among the dead letters, and a day. */
const KEPT_FOR = 15 * 86_400_000;

/** How far an earlier try came, and what failed on the way. */
interface Progress {
  readonly after: string;
  readonly failed: readonly string[];
}

/**
 * Does something for each group, in the order of their ids, from where an earlier try came to, and at last for those that
 * failed there: what fails each time must not keep the others waiting. Answers the errors.
 */
export async function forEachGroup(
  world: World,
  event: string,
  changes: readonly Changed[],
  deal: (change: Changed) => Promise<void>,
): Promise<readonly unknown[]> {
  const sorted = changes.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const isLong = sorted.length > STEP;
  const { after, failed } = isLong ? await read(world, event) : NOWHERE;
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
    if (isLong && (index + 1) % STEP === 0) await note(world, event, idOf(change), [...failing]);
  }
  for (const change of sorted.filter((one) => failed.includes(idOf(one)))) await dealWith(change);
  return errors;
}

const NOWHERE: Progress = { after: '', failed: [] };

async function read({ ledger, now }: World, event: string): Promise<Progress> {
  const noted = await readClaim(ledger, `course/${event}`, now());
  if (noted === undefined) return NOWHERE;
  const [after = '', ...failed] = noted.by.split(' ');
  return { after, failed };
}

async function note(
  { ledger, now }: World,
  event: string,
  after: string,
  failed: readonly string[],
): Promise<void> {
  const until = new Date(now().getTime() + KEPT_FOR);
  await assign(ledger, `course/${event}`, { by: [after, ...failed].join(' '), until });
}

/** A change of several groups names each by its id. */
function idOf({ group }: Changed): string {
  return group?.by === 'id' ? group.id : ' ';
}
