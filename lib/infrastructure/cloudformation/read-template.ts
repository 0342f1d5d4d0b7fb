// A CloudFormation template as groups with the rules that they will have, in every case that its conditions allow for.
import { parseCidr } from '../../network/cidr.ts';
import { type BlockList, blockList } from '../../network/nat64.ts';
import type { Declared, DeclaredGroup } from '../declared.ts';
import { elementsOf, isJsonObject, type JsonObject, objectOf, stringOf } from '../values.ts';
import { casesOf } from './cases.ts';
import { declaredGroup, outsideGroups } from './groups.ts';
import type { Given } from './parameters.ts';
import { resolve } from './resolve.ts';
import { type Resource, resourcesOf } from './resources.ts';
import { unreadParts } from './unread-parts.ts';

/** True for a template: it has resources, each of a type. */
export function isTemplate(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return 'AWSTemplateFormatVersion' in value || isJsonObject(value.Resources);
}

/** Reads a template. */
export function readTemplate(value: unknown, given: Given): Declared {
  const template = objectOf(value);
  const resources = resourcesOf(template);
  const groups: readonly DeclaredGroup[] = [
    ...resources
      .filter(({ type }) => type === 'AWS::EC2::SecurityGroup')
      .map((group) => declaredGroup(template, given, group, resources)),
    ...outsideGroups(template, given, resources),
  ];
  return { groups, prefixLists: listsOf(template, given, resources), caveats: unreadParts(template) };
}

/** The entries of the lists; undefined where a condition decides, or something else that is not known. */
function listsOf(
  template: JsonObject,
  given: Given,
  resources: readonly Resource[],
): ReadonlyMap<string, BlockList | undefined> {
  // Without conditions there is one case.
  const environment = casesOf(template, given, new Set())[0]?.environment;
  const lists = resources.filter(({ type }) => type === 'AWS::EC2::PrefixList');
  return new Map(
    lists.flatMap(({ logicalId, condition, properties }) => {
      const { Entries, PrefixListName: name } = objectOf(environment && resolve(properties, environment));
      const set = condition === undefined ? entriesOf(Entries) : undefined;
      return [logicalId, stringOf(name)].flatMap((one) => (one === undefined ? [] : [[one, set] as const]));
    }),
  );
}

function entriesOf(entries: unknown): BlockList | undefined {
  if (entries !== undefined && !Array.isArray(entries)) return undefined;
  const cidrs = elementsOf(entries).map((entry) => parseCidr(stringOf(objectOf(entry).Cidr) ?? ''));
  const known = cidrs.filter((cidr) => cidr !== undefined);
  return known.length < cidrs.length ? undefined : blockList(known);
}
