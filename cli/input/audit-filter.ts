// Which groups an audit is about.
import { InvalidArgumentError, Option } from 'commander';
import { fits, hasTags } from '../../lib/policy/selector.ts';
import type { SecurityGroup } from '../../lib/rule.ts';

export interface AuditFilter {
  /** Ids or names. */
  readonly group?: readonly string[];
  readonly tag?: Readonly<Record<string, string>>;
}

export function groupOption(): Option {
  const what = 'only groups with this id or name, where * matches anything; can be repeated';
  return new Option('--group <pattern>', what).argParser((value: string, before: readonly string[] = []) => [
    ...before,
    value,
  ]);
}

export function tagOption(): Option {
  const what =
    'only groups with this tag: KEY, or KEY=VALUE where * matches anything; if repeated, groups need all of the tags';
  return new Option('--tag <tag>', what).argParser(
    (text: string, before: Readonly<Record<string, string>> = {}) => {
      const [, key = '', value = '*'] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
      if (key === '') throw new InvalidArgumentError('Write it as KEY=VALUE, or KEY.');
      return { ...before, [key]: value };
    },
  );
}

/** Whether any group is left out. */
export function isFiltered({ group, tag }: AuditFilter): boolean {
  return group !== undefined || tag !== undefined;
}

/** True for a group that is chosen. */
export function isChosen({ group: patterns, tag = {} }: AuditFilter, group: SecurityGroup): boolean {
  const isNamed = patterns === undefined || fits(group.id, patterns) || fits(group.name, patterns);
  return isNamed && hasTags(group.tags, tag);
}
