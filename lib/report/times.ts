// Times as people read them: in UTC, and in the time zone of those who get the message.
import type { Audience } from '../audience.ts';
import { counted } from './phrases.ts';

/** `12 seconds`, `5 minutes`, `3 hours`, `2 days`; the coarsest unit that still says something. */
export function durationInWords(milliseconds: number): string {
  const units: readonly [size: number, name: string][] = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1000, 'second'],
  ];
  const [size, name] = units.find(([length]) => milliseconds >= 2 * length) ?? [1000, 'second'];
  return counted(Math.round(milliseconds / size), name);
}

/** `12:12 UTC`: the minute by which a time has passed. */
export function minuteInWords(time: string): string {
  return `${nextMinute(time).slice(11, 16)} UTC`;
}

/** `2026-06-01 12:12 UTC`, by which a time has passed. */
export function dayAndMinute(time: string, audience: Audience = {}): string {
  return timeInWords(nextMinute(time), audience);
}

/** `2026-06-01 12:00 UTC (14:00 Berlin)`; the local day too, where it is another one. */
export function timeInWords(time: string, { timeZone }: Audience): string {
  const utc = new Date(time).toISOString();
  const said = `${utc.slice(0, 10)} ${utc.slice(11, 16)} UTC`;
  if (timeZone === undefined) return said;
  const local = localTime(time, timeZone);
  const shown = local.startsWith(utc.slice(0, 10)) ? local.slice(11) : local;
  return `${said} (${shown} ${cityOf(timeZone)})`;
}

/** `2026-06-01 14:00`. */
function localTime(time: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    hourCycle: 'h23',
  });
  const parts = Object.fromEntries(
    format.formatToParts(new Date(time)).map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute } = parts;
  return `${year}-${month}-${day} ${hour}:${minute}`;
}

/** `Europe/Berlin` is called Berlin. */
function cityOf(timeZone: string): string {
  return (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');
}

function nextMinute(time: string): string {
  return new Date(Math.ceil(Date.parse(time) / 60_000) * 60_000).toISOString();
}
