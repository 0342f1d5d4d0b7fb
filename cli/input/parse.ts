// What options take: each parser answers the value, or says what it may be.
import { InvalidArgumentError } from 'commander';
import { PROTECTED_FORMS, parseProtected } from '../../lib/plan/protected.ts';
import { parseDay } from '../../lib/policy/day.ts';
import type { GroupSelector } from '../../lib/policy/selector.ts';
import { GROUP_BY_FORMS, headingBy } from '../report/group-by.ts';

/** A part of the name of a stack, which CloudFormation bounds. */
export function stageName(text: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9-]{0,99}$/.test(text)) return text;
  throw new InvalidArgumentError('A stage has letters, digits and hyphens.');
}

export function countOption(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Use a number from 1 to 9999.');
}

/** A number that may be none at all. */
export function limitOption(text: string): number {
  if (/^(0|[1-9]\d{0,3})$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Use a number from 0 to 9999.');
}

/** A number of rows, or all of them. */
export function rowsOption(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Use a number from 1 to 999999, or all.');
}

/** What rows can be grouped by. */
export function groupByOption(text: string): string {
  if (headingBy(text) !== undefined) return text;
  throw new InvalidArgumentError(`Use ${GROUP_BY_FORMS}.`);
}

export function dayOption(text: string): string {
  if (parseDay(text) !== undefined) return text;
  throw new InvalidArgumentError('Use a day such as 2027-01-31.');
}

export function regionOption(text: string): string {
  if (/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text)) return text;
  throw new InvalidArgumentError('Use a region such as eu-west-1.');
}

/** CloudTrail keeps events for so many days without a trail. */
export function daysOption(text: string): number {
  if (/^[1-9]\d?$/.test(text) && Number(text) <= 90) return Number(text);
  throw new InvalidArgumentError('Use a number of days from 1 to 90.');
}

export function accountOption(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('Use the twelve digits of an account id.');
}

/** Groups as the parameter `protect` of a deployment names them. */
export function groupsOption(text: string): readonly GroupSelector[] {
  const parsed = parseProtected(text);
  if (typeof parsed !== 'string') return parsed;
  throw new InvalidArgumentError(`\`${parsed}\` is not a group: ${PROTECTED_FORMS}.`);
}

/** The first and the last port. */
export type PortRange = readonly [from: number, to: number];

/** `22`, `8000-8100`, or several with commas between. */
export function portsOption(text: string): readonly PortRange[] {
  return text.split(',').map((item) => {
    const [, from = '', to = from] = /^ *(\d{1,5})(?:-(\d{1,5}))? *$/.exec(item) ?? [];
    const range = [Number(from), Number(to)] as const;
    if (from !== '' && range[0] <= range[1] && range[1] <= 65_535) return range;
    throw new InvalidArgumentError('Use ports such as 22 or 8000-8100, with commas between.');
  });
}

/** One of several values of an option. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
