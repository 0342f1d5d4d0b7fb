// How long a policy leaves a rule alone after it has been reported, as policies write it.

const MINUTE = 60_000;
/** A rule that may be open for longer than this needs an exception. */
const MOST_MINUTES = 15;

/** Milliseconds of a text such as `10m`; undefined for what is not 1m to 15m. */
export function parseGrace(text: string): number | undefined {
  const [, minutes] = /^([1-9]\d?)m$/.exec(text) ?? [];
  return minutes === undefined || Number(minutes) > MOST_MINUTES ? undefined : Number(minutes) * MINUTE;
}

/** What to write instead of a text or number that is no grace. */
export function graceHint(written: string): string {
  const [, amount = '', unit = 'm'] = /^(\d+) *([smh]?)[a-z]*$/i.exec(written) ?? [];
  const minutes = Number(amount) * ({ s: 1 / 60, m: 1, h: 60 }[unit.toLowerCase()] ?? 1);
  const meant = `${Math.ceil(minutes)}m`;
  if (minutes > MOST_MINUTES)
    return `it lasts at most ${MOST_MINUTES}m: what may be open for longer needs an exception`;
  return parseGrace(meant) === undefined ? 'write 1m to 15m' : `did you mean \`${meant}\`?`;
}
