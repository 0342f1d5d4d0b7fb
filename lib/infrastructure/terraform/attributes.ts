// The arguments of a planned resource or of a block in it. What is not known is missing in `after`, and looks like what is absent: only
// `after_unknown` tells one from the other.
import {
  elementsOf,
  isNotKnown,
  type JsonObject,
  memberOf,
  notKnown,
  objectOf,
  type Value,
} from '../values.ts';

export interface PlannedAttributes {
  readonly values: JsonObject;
  /** What is not known: true for all, or an object like `values` with true in it. */
  readonly unknown: unknown;
  readonly sensitive: unknown;
  /** The arguments that the configuration has; undefined where it does not say. */
  readonly expressions: JsonObject | undefined;
}

/**
 * What the provider answers where the configuration says nothing, such as the source group of a rule for addresses. Whatever else is not
 * known has an argument, found in the configuration or not.
 */
const ANSWERED = ['source_security_group_id', 'name', 'name_prefix', 'region', 'entry'];

/** One attribute; null is absent. */
export function attributeOf(
  { values, unknown, expressions }: PlannedAttributes,
  name: string,
): Value<unknown> {
  const flag = flagOf(unknown, name);
  const value = memberOf(values, name) ?? undefined;
  if (flag !== true && (value !== undefined || !hasTrue(flag))) return value;
  const isAnswered =
    ANSWERED.includes(name) && expressions !== undefined && memberOf(expressions, name) === undefined;
  return isAnswered ? undefined : notKnown(`${name} is known only after apply`);
}

/** An attribute that is a text or a list of texts, as a list; one member that is not known may hide all others. */
export function textAttributes(
  attributes: PlannedAttributes,
  name: string,
): readonly (string | ReturnType<typeof notKnown>)[] {
  const value = attributeOf(attributes, name);
  if (value === undefined) return [];
  if (isNotKnown(value)) return [value];
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (!Array.isArray(value)) return [notKnown(`${name} is not a text`)];
  return membersIn(attributes, name).map(({ value: one, flag }) =>
    typeof one === 'string' && !hasTrue(flag) ? one : notKnown(`a part of ${name} is known only after apply`),
  );
}

/** The members of a list, each with what is not known of it. Some that are not known at all may be missing in `after`. */
function membersIn(
  { values, unknown }: PlannedAttributes,
  name: string,
): readonly { readonly value: unknown; readonly flag: unknown }[] {
  const [all, flags] = [elementsOf(memberOf(values, name)), elementsOf(flagOf(unknown, name))];
  return Array.from({ length: Math.max(all.length, flags.length) }, (_, index) => ({
    value: all[index],
    flag: index < all.length ? flags[index] : true,
  }));
}

/** A number; a text that is none is not known, for the provider may make something of it. */
export function numberAttribute(attributes: PlannedAttributes, name: string): Value<number> {
  const value = attributeOf(attributes, name);
  if (value === undefined || isNotKnown(value) || typeof value === 'number') return value;
  const isNumber = typeof value === 'string' && /^-?\d+$/.test(value);
  return isNumber ? Number(value) : notKnown(`${name} is not a number`);
}

/** A text. */
export function textAttribute(attributes: PlannedAttributes, name: string): Value<string> {
  const value = attributeOf(attributes, name);
  if (value === undefined || isNotKnown(value)) return value;
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : notKnown(`${name} is not a text`);
}

/** The blocks of an attribute, each with its own unknown and sensitive parts. */
export function blocksIn(attributes: PlannedAttributes, name: string): readonly PlannedAttributes[] {
  const { sensitive } = attributes;
  const hidden = sensitive === true || objectOf(sensitive)[name] === true;
  const hides = elementsOf(objectOf(sensitive)[name]);
  return membersIn(attributes, name).map(({ value, flag }, index) => ({
    values: objectOf(value),
    unknown: flag,
    sensitive: hidden || hides[index],
    expressions: undefined,
  }));
}

function flagOf(unknown: unknown, name: string): unknown {
  return unknown === true || memberOf(objectOf(unknown), name);
}

/** Whether some of these attributes is sensitive, in whole or in part. */
export function isSensitive({ sensitive }: PlannedAttributes, names: readonly string[]): boolean {
  return sensitive === true || names.some((name) => hasTrue(objectOf(sensitive)[name]));
}

/** Whether something of it is not known, or sensitive. */
export function hasTrue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === true;
  return Object.values(value).some(hasTrue);
}
