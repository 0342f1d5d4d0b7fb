// Lines for subjects and titles: what happened may be cut, the account and the region never are.

/** What SNS takes as a subject. */
export const LONGEST_SUBJECT = 99;

/** `Sweep: 3 new violations (111122223333/eu-west-1)`. */
export function withPlace(text: string, accountId: string, region: string): string {
  const place = ` (${accountId}/${region})`;
  return `${cutTo(text, LONGEST_SUBJECT - place.length)}${place}`;
}

/** A text of at most so many characters. */
export function cutTo(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 3))}...`;
}
