// The members of a list, each with where it stands.
import { elementsOf, isJsonObject, memberOf, stringOf } from '../values.ts';
import { type Environment, resolve } from './resolve.ts';

export interface ListedValue {
  /** Resolved. */
  readonly value: unknown;
  readonly within: readonly (string | number)[];
}

/** The members of a value, or the value itself where it is no list; those that `AWS::NoValue` removes are left out. */
export function listedValues(
  value: unknown,
  within: ListedValue['within'],
  environment: Environment,
): readonly ListedValue[] {
  if (Array.isArray(value))
    return value.flatMap((one, index) => listedValues(one, [...within, index], environment));
  const way = wayChosen(value, environment);
  if (way !== undefined)
    return listedValues(
      elementsOf(memberOf(way.of, 'Fn::If'))[way.index],
      [...within, 'Fn::If', way.index],
      environment,
    );
  return [resolve(value, environment) ?? []].flat().map((one) => ({ value: one, within }));
}

/** Which way a condition goes; undefined for what is no condition, and for one that is not known. */
function wayChosen(value: unknown, { holds }: Environment) {
  if (!isJsonObject(value) || Object.keys(value).join() !== 'Fn::If') return undefined;
  const isHeld = holds(stringOf(elementsOf(memberOf(value, 'Fn::If'))[0]) ?? '');
  return isHeld === undefined ? undefined : { of: value, index: isHeld ? 1 : 2 };
}
