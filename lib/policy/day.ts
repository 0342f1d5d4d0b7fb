// Days as policies write them.

const DAY = 86_400_000;

/** Milliseconds at which `2027-01-01` begins in UTC; undefined for days that no calendar has. */
export function parseDay(text: string): number | undefined {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(start) || !new Date(start).toISOString().startsWith(text) ? undefined : start;
}

/** True while the day lasts, and before. */
export function isUntil(day: string, now: Date): boolean {
  const start = parseDay(day);
  return start !== undefined && now.getTime() < start + DAY;
}
