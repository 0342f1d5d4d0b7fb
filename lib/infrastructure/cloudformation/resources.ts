// The resources of a template.
import { isObject, type JsonObject, objectOf, textOf } from '../values.ts';

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  /** The condition under which it is made; undefined for always. */
  readonly condition: string | undefined;
  /** With functions in them. */
  readonly properties: JsonObject;
}

export function resourcesOf(template: JsonObject): readonly Resource[] {
  return Object.entries(objectOf(template.Resources)).flatMap(([logicalId, resource]) => {
    if (!isObject(resource)) return [];
    const { Type, Condition, Properties } = resource;
    return [
      { logicalId, type: textOf(Type) ?? '', condition: textOf(Condition), properties: objectOf(Properties) },
    ];
  });
}

/** The logical ids of resources that a value names, at any depth. */
export function namedIn(value: unknown, logicalIds: ReadonlySet<string>): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => namedIn(one, logicalIds));
  if (!isObject(value)) return [];
  const { Ref, 'Fn::GetAtt': attribute } = value;
  const path = Array.isArray(attribute) ? attribute[0] : textOf(attribute)?.split('.')[0];
  const own = [textOf(Ref), textOf(path)].filter((one) => one !== undefined && logicalIds.has(one));
  return [...own.map(String), ...Object.values(value).flatMap((one) => namedIn(one, logicalIds))];
}
