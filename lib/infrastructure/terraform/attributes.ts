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
  /**
   * The arguments that the configuration has; undefined where it does not say. What is not known and is no argument is only what the
   * provider will answer, such as the source group of a rule for addresses.
   */
  readonly expressions: JsonObject | undefined;
}

/** One attribute; null is absent. */
export function attributeOf(
  { values, unknown, expressions }: PlannedAttributes,
  name: string,
): Value<unknown> {
  if (unknown === true || objectOf(unknown)[name] === true) {
    const isArgument = expressions === undefined || memberOf(expressions, name) !== undefined;
    return isArgument ? notKnown(`${name} is known only after apply`) : undefined;
  }
  return memberOf(values, name) ?? undefined;
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
  const flags = elementsOf(objectOf(attributes.unknown)[name]);
  return elementsOf(value).map((one, index) =>
    typeof one === 'string' && flags[index] !== true
      ? one
      : notKnown(`a part of ${name} is known only after apply`),
  );
}

/** A number. */
export function numberAttribute(attributes: PlannedAttributes, name: string): Value<number> {
  const value = attributeOf(attributes, name);
  if (value === undefined || isNotKnown(value) || typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : undefined;
}

/** A text. */
export function textAttribute(attributes: PlannedAttributes, name: string): Value<string> {
  const value = attributeOf(attributes, name);
  if (value === undefined || isNotKnown(value)) return value;
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : notKnown(`${name} is no text`);
}

/** The blocks of an attribute, each with its own unknown and sensitive parts. */
export function blocksIn(
  { values, unknown, sensitive }: PlannedAttributes,
  name: string,
): readonly PlannedAttributes[] {
  const flags = elementsOf(objectOf(unknown)[name]);
  const hidden = sensitive === true || objectOf(sensitive)[name] === true;
  const hides = elementsOf(objectOf(sensitive)[name]);
  return elementsOf(memberOf(values, name)).map((block, index) => ({
    values: objectOf(block),
    unknown: flags[index],
    sensitive: hidden || hides[index],
    expressions: undefined,
  }));
}

/** Whether some of these attributes is sensitive, in whole or in part. */
export function isSensitive({ sensitive }: PlannedAttributes, names: readonly string[]): boolean {
  return sensitive === true || names.some((name) => hasTrue(objectOf(sensitive)[name]));
}

function hasTrue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === true;
  return Object.values(value).some(hasTrue);
}
