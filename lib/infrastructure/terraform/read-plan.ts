// A plan as groups with the rules that they will have: those of one group are joined, wherever they are declared.
import { contentOf } from '../../rule.ts';
import type { Caveat, Declared, DeclaredGroup } from '../declared.ts';
import { type DeclaredPlace, SOMEWHERE } from '../declared-place.ts';
import type { DeclaredRule } from '../declared-rule.ts';
import { type Instances, instancesOf } from './find-instances.ts';
import { GROUP_TYPES, type GroupNode, groupNodes } from './group-resources.ts';
import { type Homeless, homelessGroups, NO_GROUP, perhapsByGroup } from './homeless-rules.ts';
import { type PlannedResource, parsePlan, type TerraformPlan } from './plan.ts';
import { LIST_TYPES, type ListNode, listEntries, listNodes } from './prefix-lists.ts';
import { attributesIn } from './resource-attributes.ts';
import { contentsBefore, groupBefore, groupIdOf, ruleResources, rulesAdded } from './rule-resources.ts';
import { unreadResources } from './unread-resources.ts';
import { whereOf } from './where.ts';

/** Reads a plan; a text where that cannot be. */
export function readPlan(value: unknown): Declared | string {
  const plan = parsePlan(value);
  if (typeof plan === 'string') return plan;
  const groups = groupNodes(plan);
  const lists = listNodes(plan);
  const placed = ruleResources(plan).map((resource) => placeRule(plan, resource, groups, lists));
  return {
    groups: [
      ...declaredGroups(groups, placed),
      ...outsideGroups(groups, placed),
      ...homelessGroups(homeless(placed)),
    ],
    prefixLists: listEntries(plan, lists),
    caveats: [...incompleteness(plan), ...unreadResources(plan)],
  };
}

/** A rule that is a resource of its own, with the group that it is for. */
interface PlacedRule {
  readonly resource: PlannedResource;
  /** What the group is called; undefined where that is not known. */
  readonly groupId: string | undefined;
  readonly instances: Instances<GroupNode> | undefined;
  readonly where: Pick<DeclaredPlace, 'accountId' | 'region'>;
  readonly rules: readonly DeclaredRule[];
}

function placeRule(
  plan: TerraformPlan,
  resource: PlannedResource,
  groups: readonly GroupNode[],
  lists: readonly ListNode[],
): PlacedRule {
  const known = groupIdOf(plan, resource);
  const instances =
    known === undefined ? instancesOf(plan, resource, 'security_group_id', groups, GROUP_TYPES) : undefined;
  const groupId = known ?? instances?.certain?.name;
  const findList = (argument: string) =>
    instancesOf(plan, resource, argument, lists, LIST_TYPES).certain?.name;
  const where = whereOf(plan, resource, attributesIn(plan, resource));
  const rules = rulesAdded(plan, resource, groupId ?? NO_GROUP, findList);
  return { resource, groupId, instances, where, rules };
}

function declaredGroups(
  groups: readonly GroupNode[],
  placed: readonly PlacedRule[],
): readonly DeclaredGroup[] {
  const byGroup = Map.groupBy(placed, ({ groupId }) => groupId);
  const before = Map.groupBy(placed, ({ resource }) => groupBefore(resource));
  const perhaps = perhapsByGroup(homeless(placed));
  return groups.map((node) => {
    const { name, id, place, inline, live, resource } = node;
    const added = (byGroup.get(name) ?? []).flatMap(({ rules }) => rules);
    const gone =
      id === undefined ? [] : (before.get(id) ?? []).flatMap((one) => contentsBefore(one.resource));
    // A resource names its rule better than the group does that has it.
    const told = new Set([...gone, ...added.map(({ rule }) => contentOf(rule))]);
    const kept = live.filter(({ rule }) => !told.has(contentOf(rule)));
    const maybe = perhaps.get(node);
    return {
      address: resource.address,
      place,
      cases: [{ when: [], rules: [...inline, ...kept, ...added] }],
      ...(maybe === undefined ? {} : { perhaps: maybe }),
    };
  });
}

/** Groups that exist and are not in the plan, but for some of their rules. */
function outsideGroups(
  groups: readonly GroupNode[],
  placed: readonly PlacedRule[],
): readonly DeclaredGroup[] {
  const known = new Set(groups.map(({ name }) => name));
  const outside = placed.filter(
    ({ groupId, rules }) => groupId !== undefined && !known.has(groupId) && rules.length > 0,
  );
  const before = Map.groupBy(placed, ({ resource }) => groupBefore(resource));
  return [...Map.groupBy(outside, ({ groupId = '' }) => groupId)].map(([groupId, of]) => ({
    address: groupId,
    place: { ...SOMEWHERE, ...of[0]?.where, groupId },
    cases: [{ when: [], rules: of.flatMap(({ rules }) => rules) }],
    removes: new Set((before.get(groupId) ?? []).flatMap(({ resource }) => contentsBefore(resource))),
  }));
}

function homeless(placed: readonly PlacedRule[]): readonly Homeless[] {
  return placed.flatMap(({ groupId, instances, where, resource, rules }) =>
    groupId !== undefined || instances === undefined || rules.length === 0
      ? []
      : [
          {
            address: resource.address,
            where,
            rules,
            candidates: instances.candidates,
            same: instances.same,
            mayBeDefault: instances.mayBeDefault,
          },
        ],
  );
}

function incompleteness({ errored, isComplete, deferred }: TerraformPlan): readonly Caveat[] {
  const texts = [
    ...(errored ? ['Terraform could not finish this plan: what is missing in it is not checked'] : []),
    ...(isComplete ? [] : ['the plan is not complete: what is not targeted, or deferred, is not checked']),
    ...deferred.map((address) => `${address} is deferred to a later plan`),
  ];
  return texts.map((text) => ({ kind: 'incomplete', text }));
}
