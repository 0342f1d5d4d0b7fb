// Values of a file that says what is to be deployed: some are known only when it is.

/** Why a value is not known before it is deployed. */
export interface NotKnown {
  readonly because: string;
}

/** A value, why it is not known, or undefined where it is absent. Never is one of these taken for another. */
export type Value<T> = T | NotKnown | undefined;

export type JsonObject = Readonly<Record<string, unknown>>;

/** True for a value that is not known before it is deployed. */
export function isNotKnown(value: unknown): value is NotKnown {
  return value instanceof Unknown;
}

/** A value that is not known, with the reason; its class tells it from any object of a file. */
export function notKnown(because: string): NotKnown {
  return new Unknown(because);
}

class Unknown implements NotKnown {
  readonly because: string;

  constructor(because: string) {
    this.because = because;
  }
}

/** The value if it is an object, else an object without members. */
export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** True for an object of a file. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isNotKnown(value);
}

/** The value if it is a list, else an empty one. */
export function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value if it is a text. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** An own member of an object: what every object inherits is none. */
export function memberOf(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
