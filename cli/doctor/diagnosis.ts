// One line of the doctor: what was looked at, how it is, and what to do.
import type { Reading } from './reading.ts';

export type Health = 'ok' | 'warning' | 'broken' | 'unknown';

export interface Diagnosis {
  readonly status: Health;
  /** What was looked at, in a word or two. */
  readonly about: string;
  readonly said: string;
  /** A command or a sentence; undefined where nothing is to be done. */
  readonly fix?: string;
  /** True for what nobody can know from here: it is no reason to be unsure of the rest. */
  readonly isUnknowable?: true;
}

export function diagnosis(status: Health, about: string, said: string, fix?: string): Diagnosis {
  return { status, about, said, ...(fix === undefined ? {} : { fix }) };
}

/** CloudFormation leaves alone what its template says nothing new about. */
export const CHANGED_BY_HAND =
  'Somebody changed it outside of CloudFormation, which a deployment does not repair: `aws cloudformation detect-stack-drift` shows what to put back.';

/** The lines about what was read; one that is unknown where it could not be. */
export function about<T>(
  reading: Reading<T>,
  subject: string,
  look: (value: T) => Diagnosis | readonly Diagnosis[],
): readonly Diagnosis[] {
  if ('value' in reading) return [look(reading.value)].flat();
  const { missing, isGone, why } = reading;
  if (isGone) return [diagnosis('broken', subject, `does not exist: ${why}`, CHANGED_BY_HAND)];
  if (missing === undefined)
    return [diagnosis('unknown', subject, `could not be read: ${why}`, 'Try again.')];
  return [
    diagnosis(
      'unknown',
      subject,
      `may not be read: ${missing} is missing`,
      `Allow ${missing}: see iam/reader.json.`,
    ),
  ];
}

/** 0 for nothing that must be fixed, 1 for something broken, 2 where that cannot be told. */
export function exitCodeOf(lines: readonly Diagnosis[]): 0 | 1 | 2 {
  if (lines.some(({ status }) => status === 'broken')) return 1;
  return lines.some(({ status, isUnknowable }) => status === 'unknown' && isUnknowable !== true) ? 2 : 0;
}
