// The groups of a template, each with its own rules and with those that are resources of their own.
import type { Direction } from '../../rule.ts';
import type { Case, DeclaredGroup } from '../declared.ts';
import { type DeclaredPlace, SOMEWHERE } from '../declared-place.ts';
import type { DeclaredRule } from '../declared-rule.ts';
import { elementsOf, isNotKnown, type JsonObject, objectOf, stringOf } from '../values.ts';
import { casesOf } from './cases.ts';
import { conditionsIn } from './condition.ts';
import { listedValues } from './listed-values.ts';
import { type Given, scalarText } from './parameters.ts';
import { type Environment, ResourceReference, resolve } from './resolve.ts';
import { namedIn, type Resource } from './resources.ts';
import { rulesOfProperties } from './rule-properties.ts';

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  'AWS::EC2::SecurityGroupIngress': 'ingress',
  'AWS::EC2::SecurityGroupEgress': 'egress',
};

/** A group with what the template gives it in each case. */
export function declaredGroup(
  template: JsonObject,
  given: Given,
  group: Resource,
  resources: readonly Resource[],
): DeclaredGroup {
  const { logicalId } = group;
  const others = resources.filter(
    (one) => DIRECTIONS[one.type] !== undefined && namedIn(targetOf(one), new Set([logicalId])).length > 0,
  );
  const cases = casesOf(template, given, conditionsOf([group, ...others]));
  const [first] = cases;
  return {
    address: logicalId,
    place: { ...placeOf(group, first?.environment), accountId: given.accountId, region: given.region },
    cases: cases.map(({ when, environment }) => {
      const isNone = isMade(group, environment) === false;
      return { when, rules: isNone ? [] : rulesIn(group, others, environment) };
    }),
  };
}

function targetOf({ properties: { GroupId, GroupName } }: Resource): unknown {
  return GroupId ?? GroupName;
}

function conditionsOf(resources: readonly Resource[]): ReadonlySet<string> {
  return new Set(
    resources.flatMap(({ condition, properties }) => [condition ?? [], conditionsIn(properties)].flat()),
  );
}

function isMade({ condition }: Resource, { holds }: Environment): boolean | undefined {
  return condition === undefined ? true : holds(condition);
}

/** Its id comes with it; a name that is not given is made of those of stack and group. */
function placeOf({ properties }: Resource, environment: Environment | undefined): DeclaredPlace {
  const { GroupName, VpcId, Tags } = objectOf(environment && resolve(properties, environment));
  const tags = elementsOf(Tags).flatMap((tag) => {
    const { Key, Value } = objectOf(tag);
    return typeof Key === 'string' && typeof Value === 'string' ? [[Key, Value] as const] : [];
  });
  return {
    ...SOMEWHERE,
    isNew: true,
    isDefault: false,
    name: stringOf(GroupName),
    vpcId: stringOf(VpcId),
    // A stack may have tags of its own, and its groups get them, too.
    tags: Object.fromEntries(tags),
    hasUnknownTags: true,
  };
}

function rulesIn(
  { logicalId, properties }: Resource,
  others: readonly Resource[],
  environment: Environment,
): readonly DeclaredRule[] {
  const added = others.flatMap((other) => rulesAdded(other, environment, logicalId));
  const hasEgress = added.some(({ direction }) => direction === 'egress');
  return [
    ...inlineRules(logicalId, 'ingress', properties, environment),
    ...egressRules(logicalId, properties, environment, hasEgress),
    ...added.flatMap(({ rules }) => rules),
  ];
}

/**
 * Without outbound rules a group keeps the one that EC2 makes, for all traffic; an empty list says nothing
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html).
 */
function egressRules(
  logicalId: string,
  properties: JsonObject,
  environment: Environment,
  hasEgress: boolean,
): readonly DeclaredRule[] {
  const rules = inlineRules(logicalId, 'egress', properties, environment);
  if (rules.length > 0 || hasEgress) return rules;
  return rulesOfProperties(logicalId, logicalId, 'egress', { IpProtocol: '-1', CidrIp: '0.0.0.0/0' });
}

function inlineRules(
  logicalId: string,
  direction: Direction,
  properties: JsonObject,
  environment: Environment,
): readonly DeclaredRule[] {
  const name = direction === 'ingress' ? 'SecurityGroupIngress' : 'SecurityGroupEgress';
  // CloudFormation takes one rule for a list of one.
  return listedValues(properties[name], [name], environment).flatMap(({ value, within }) =>
    rulesOfProperties(logicalId, logicalId, direction, value).map((rule) => ({ ...rule, within })),
  );
}

interface Added {
  readonly direction: Direction;
  readonly rules: readonly DeclaredRule[];
}

/** What a resource adds to the group in a case; only perhaps, where its group or its condition is not known. */
function rulesAdded(other: Resource, environment: Environment, groupId: string): readonly Added[] {
  const made = isMade(other, environment);
  const target = resolve(targetOf(other), environment);
  const isElsewhere =
    !isNotKnown(target) && !(target instanceof ResourceReference && target.logicalId === groupId);
  if (made === false || isElsewhere) return [];
  const isCertain = made === true && !isNotKnown(target);
  const rules = rulesOfResource(other, environment, groupId);
  const perhaps = isNotKnown(target) ? target.because : `it depends on condition ${other.condition}`;
  return [
    {
      direction: DIRECTIONS[other.type] ?? 'ingress',
      rules: isCertain ? rules : rules.map((rule) => ({ ...rule, perhaps: rule.perhaps ?? perhaps })),
    },
  ];
}

function rulesOfResource(
  other: Resource,
  environment: Environment,
  groupId: string,
): readonly DeclaredRule[] {
  const direction = DIRECTIONS[other.type] ?? 'ingress';
  return rulesOfProperties(other.logicalId, groupId, direction, resolve(other.properties, environment));
}

/** Groups that the template gives rules and does not make. What it calls alike is one group. */
export function outsideGroups(
  template: JsonObject,
  given: Given,
  resources: readonly Resource[],
): readonly DeclaredGroup[] {
  const own = new Set(
    resources.filter(({ type }) => type === 'AWS::EC2::SecurityGroup').map((one) => one.logicalId),
  );
  const rules = resources.filter(({ type }) => DIRECTIONS[type] !== undefined);
  const byTarget = Map.groupBy(rules, (rule) => JSON.stringify(targetOf(rule) ?? null));
  return [...byTarget.values()].flatMap((of) => outsideGroup(template, given, of, own));
}

function outsideGroup(
  template: JsonObject,
  given: Given,
  of: readonly Resource[],
  own: ReadonlySet<string>,
): readonly DeclaredGroup[] {
  const [first] = of;
  const target = first === undefined ? undefined : targetOf(first);
  const found: readonly (Case & { readonly id: string | 'own' | undefined })[] = casesOf(
    template,
    given,
    conditionsOf(of),
  ).map(({ when, environment }) => {
    const meant = resolve(target, environment);
    if (meant instanceof ResourceReference && own.has(meant.logicalId)) return { when, rules: [], id: 'own' };
    const id = scalarText(meant);
    const made = of.filter((one) => isMade(one, environment) !== false);
    const rules = made.flatMap((one) => rulesOfResource(one, environment, id ?? JSON.stringify(target)));
    return { when, rules, id };
  });
  const cases: readonly Case[] = found.map(({ when, rules }) => ({ when, rules }));
  const [id, ...others] = new Set(found.flatMap((one) => (one.id === 'own' ? [] : [one.id])));
  if (cases.every(({ rules }) => rules.length === 0)) return [];
  const address = id ?? `the group of ${first?.logicalId}`;
  const groupId = others.length === 0 && id?.startsWith('sg-') ? id : undefined;
  const isDefault = JSON.stringify(target ?? null).includes('DefaultSecurityGroup') || undefined;
  const place = { ...SOMEWHERE, accountId: given.accountId, region: given.region, groupId, isDefault };
  return [{ address, place: isDefault ? { ...place, name: 'default' } : place, cases, removes: new Set() }];
}
