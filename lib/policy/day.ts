// Days as policies write them.

const DAY = 86_400_000;

/** Milliseconds at which `2027-01-01` begins in UTC; undefined for days that no calendar has. */
export function parseDay(text: string): number | undefined {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(start) || !new Date(start).toISOString().startsWith(text) ? undefined : start;
}

/** Why a text is no day, and what to write. */
export function dayHint(text: string): string {
  const [, year, month = '', day = ''] = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:T.*)?$/.exec(text) ?? [];
  if (year === undefined) return 'a day is written 2027-01-01';
  if (Number(month) < 1 || Number(month) > 12) return `there is no month ${month}`;
  if (Number(day) < 1 || Number(day) > 31) return `there is no day ${day}`;
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (parseDay(written) !== undefined) return `a day is written ${written}`;
  const name = new Date(Date.UTC(2000, Number(month) - 1)).toLocaleDateString('en', {
    month: 'long',
    timeZone: 'UTC',
  });
  return { '29': `${name} ${year} has no 29th`, '30': `${name} has no 30th` }[day] ?? `${name} has no 31st`;
}

/** True while the day lasts, and before. */
export function isUntil(day: string, now: Date): boolean {
  const start = parseDay(day);
  return start !== undefined && now.getTime() < start + DAY;
}
