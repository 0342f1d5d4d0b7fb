// The resources of a template.
import { isJsonObject, type JsonObject, objectOf, stringOf } from '../values.ts';

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
    if (!isJsonObject(resource)) return [];
    const { Type, Condition, Properties } = resource;
    return [
      {
        logicalId,
        type: stringOf(Type) ?? '',
        condition: stringOf(Condition),
        properties: objectOf(Properties),
      },
    ];
  });
}

/** The logical ids of resources that a value names, at any depth. */
export function namedIn(value: unknown, logicalIds: ReadonlySet<string>): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => namedIn(one, logicalIds));
  if (!isJsonObject(value)) return [];
  const { Ref, 'Fn::GetAtt': attribute } = value;
  const path = Array.isArray(attribute) ? attribute[0] : stringOf(attribute)?.split('.')[0];
  const own = [stringOf(Ref), stringOf(path)].filter((one) => one !== undefined && logicalIds.has(one));
  return [...own.map(String), ...Object.values(value).flatMap((one) => namedIn(one, logicalIds))];
}
