// What each kind of exposure is called in a few words; exposure-phrases.ts has the sentences.
import type { Exposure } from '../../lib/exposure/exposure.ts';

export const EXPOSURE_IN_WORDS: Readonly<Record<Exposure['kind'], string>> = {
  reachable: 'reached from the internet',
  unknown: 'reach not known',
  blocked: 'no direct path',
  unattached: 'not attached',
};
