// How many messages of their own remediations may have: in a storm, nobody reads the eleventh.
import type { Severity } from '../../policy/policy.ts';
import type { Target } from '../../target.ts';
import type { World } from '../world.ts';
import { addTo } from './claims.ts';

/** Of each severity within a window; what is more is reported by a batch. */
const MOST_SINGLE = 10;
const MINUTE = 60_000;

/** Takes room for one message; false where there is none in this window, which is as long as the breaker's. */
export async function hasMailRoom(
  { ledger, config, now }: Pick<World, 'ledger' | 'config' | 'now'>,
  { accountId, region }: Target,
  severity: Severity,
): Promise<boolean> {
  const length = config.breakerMinutes * MINUTE;
  const window = Math.floor(now().getTime() / length);
  const name = `mails/${accountId}/${region}/${severity}/${window}`;
  return (await addTo(ledger, name, 1, new Date((window + 2) * length))) <= MOST_SINGLE;
}
