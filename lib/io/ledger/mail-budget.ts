// How many remediations may have a message of their own: in a storm, nobody reads the eleventh.
import type { Severity } from '../../policy/severity.ts';
import type { Target } from '../../target.ts';
import type { World } from '../world.ts';
import { countOne } from './claims.ts';

/** For each severity and window; a batch reports the others. */
const MOST_SINGLE = 10;
const MINUTE = 60_000;

/** Counts one message; false if there is no room for it in this window of `breakerMinutes`. */
export async function hasMailRoom(
  { ledger, config, now }: Pick<World, 'ledger' | 'config' | 'now'>,
  { accountId, region }: Target,
  severity: Severity,
): Promise<boolean> {
  const length = config.breakerMinutes * MINUTE;
  const window = Math.floor(now().getTime() / length);
  const name = `mails/${accountId}/${region}/${severity}/${window}`;
  return (await countOne(ledger, name, new Date((window + 2) * length))) <= MOST_SINGLE;
}
