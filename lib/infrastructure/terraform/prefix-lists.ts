// The prefix lists that a plan makes or keeps, with their entries.
import { type Cidr, parseCidr } from '../../network/cidr.ts';
import { type BlockList, blockList } from '../../network/nat64.ts';
import { elementsOf, isJsonObject, isNotKnown, memberOf, objectOf, stringOf } from '../values.ts';
import { attributeOf, blocksIn, textAttribute } from './attributes.ts';
import { type Instances, instancesOf } from './find-instances.ts';
import type { PlannedResource, TerraformPlan } from './plan.ts';
import { attributesIn, configOf, isAsBefore } from './resource-attributes.ts';

export const LIST_TYPES = ['aws_ec2_managed_prefix_list'];
const ENTRY_TYPE = 'aws_ec2_managed_prefix_list_entry';

export interface ListNode {
  readonly resource: PlannedResource;
  /** What rules call it: its id, or else its address. */
  readonly name: string;
  /** The name that policies may call it by. */
  readonly called: string | undefined;
}

/** The lists that there are once the plan is applied. */
export function listNodes(plan: TerraformPlan): readonly ListNode[] {
  return plan.resources
    .filter(({ type, fate }) => LIST_TYPES.includes(type) && fate !== 'deleted')
    .map((resource) => {
      const attributes = attributesIn(plan, resource);
      const id = resource.fate === 'made' ? undefined : stringOf(attributeOf(attributes, 'id'));
      return { resource, name: id ?? resource.address, called: stringOf(attributeOf(attributes, 'name')) };
    });
}

/** The entries of each list, by what rules and policies call it; undefined where some of them are not known. */
export function listEntries(
  plan: TerraformPlan,
  lists: readonly ListNode[],
): ReadonlyMap<string, BlockList | undefined> {
  const entries = plan.resources.filter(({ type }) => type === ENTRY_TYPE);
  const placed = entries.map((entry) => ({ entry, ...placeEntry(plan, entry, lists) }));
  const named = new Map<string, BlockList | undefined>(entriesOfData(plan));
  for (const list of lists) {
    const own = placed.filter(({ certain, candidates }) => certain === list || candidates.includes(list));
    const set = own.every(({ certain }) => certain === list)
      ? setOf(
          plan,
          list,
          own.map(({ entry }) => entry),
        )
      : undefined;
    named.set(list.name, set);
    const isUnique = lists.filter(({ called }) => called === list.called).length === 1;
    if (list.called !== undefined && isUnique) named.set(list.called, set);
  }
  return named;
}

function placeEntry(
  plan: TerraformPlan,
  entry: PlannedResource,
  lists: readonly ListNode[],
): Pick<Instances<ListNode>, 'certain' | 'candidates'> {
  const id = stringOf(attributeOf(attributesIn(plan, entry), 'prefix_list_id'));
  if (id !== undefined) return { certain: lists.find(({ name }) => name === id), candidates: [] };
  return instancesOf(plan, entry, 'prefix_list_id', lists, LIST_TYPES);
}

function setOf(
  plan: TerraformPlan,
  { resource }: ListNode,
  entries: readonly PlannedResource[],
): BlockList | undefined {
  const attributes = attributesIn(plan, resource);
  const isInline = memberOf(configOf(plan, resource)?.expressions ?? {}, 'entry') !== undefined;
  if (isNotKnown(attributeOf(attributes, 'entry'))) return undefined;
  const gone = new Set(entries.filter(({ fate }) => fate !== 'forgotten').map(({ before }) => before.cidr));
  const own = blocksIn(attributes, 'entry').map((block) => textAttribute(block, 'cidr'));
  const kept = isInline || !isAsBefore(resource, 'entry') ? own : own.filter((cidr) => !gone.has(cidr));
  const added = entries
    .filter(({ fate }) => fate !== 'deleted')
    .map((entry) => textAttribute(attributesIn(plan, entry), 'cidr'));
  return asSet([...kept, ...added]);
}

function asSet(texts: readonly unknown[]): BlockList | undefined {
  const cidrs = texts.map((text) => (typeof text === 'string' ? parseCidr(text) : undefined));
  const known = cidrs.filter((cidr): cidr is Cidr => cidr !== undefined);
  return known.length < cidrs.length ? undefined : blockList(known);
}

/** Lists that data sources have read already. */
function entriesOfData({ priorState }: TerraformPlan): readonly (readonly [string, BlockList | undefined])[] {
  const root = objectOf(objectOf(objectOf(priorState).values).root_module);
  return dataIn(root).flatMap(({ id, name, entries }) => {
    if (typeof id !== 'string' || !Array.isArray(entries)) return [];
    const set = asSet(entries.map((entry) => objectOf(entry).cidr));
    return [id, stringOf(name)].flatMap((one) => (one === undefined ? [] : [[one, set] as const]));
  });
}

function dataIn(module: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  const own = elementsOf(module.resources).filter(isJsonObject);
  const lists = own.filter(({ mode, type }) => mode === 'data' && LIST_TYPES.includes(stringOf(type) ?? ''));
  const called = elementsOf(module.child_modules).filter(isJsonObject);
  return [...lists.map(({ values }) => objectOf(values)), ...called.flatMap(dataIn)];
}
