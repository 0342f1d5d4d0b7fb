// What has to be done, though AWS refuses it for a moment: what happened before cannot be undone any more.
import { BusyError } from '../remediation/errors.ts';
import type { World } from './world.ts';

/**
 * Tries until it is done, with these milliseconds between one try and the next. Throws what is refused to the last, and at
 * once that somebody else is at it.
 */
export async function persist<Done>(
  { wait, logger }: Pick<World, 'wait' | 'logger'>,
  pauses: readonly number[],
  act: () => Promise<Done>,
): Promise<Done> {
  for (const pause of pauses) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof BusyError) throw error;
      logger.warn('refused, and tried again', { error, pause });
    }
    await wait(pause);
  }
  return act();
}
