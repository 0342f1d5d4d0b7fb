// What policies would have done at one moment of a history, as the handler would have seen it.
import { policiesFor } from '../evaluate/policies-for.ts';
import type { PrefixLists } from '../evaluate/prefix-lists.ts';
import { prefixListsNeeded } from '../evaluate/prefix-lists-needed.ts';
import type { GroupVpcs } from '../network/vpcs.ts';
import { type Policy, selectorsOf } from '../policy/policy.ts';
import { makersOf, verdictsOn } from '../remediation/makers.ts';
import { contentOf, type SecurityGroup, type SecurityGroupRule } from '../rule.ts';
import { type Effect, effectsOf } from './effect.ts';
import type { Certainty, Moment } from './moment.ts';

/** What is the same for all moments of a group. */
export interface GroupInHistory {
  readonly id: string;
  /** Undefined for a group that is gone and was not made by an event: its name, VPC and tags are not known. */
  readonly known: Pick<SecurityGroup, 'name' | 'vpcId'> | undefined;
  readonly vpcs: GroupVpcs;
}

export interface JudgedMoment {
  readonly moment: Moment;
  /** What happens to the rules that the event made, changed or brought up. */
  readonly effects: ReadonlyMap<SecurityGroupRule, Effect>;
  readonly certainty: Certainty;
}

export interface Lists {
  readonly entries: PrefixLists;
  /** Why the entries of a list are not certain; undefined where they are. */
  readonly doubt: (id: string) => string | undefined;
}

/** Judges the rules that the event is about, beside all that are known to be there. */
export function judgeMoment(
  moment: Moment,
  { id, known, vpcs }: GroupInHistory,
  policies: readonly Policy[],
  { entries, doubt: doubtOf }: Lists,
  trimLimit: number,
): JudgedMoment {
  const { event, tags } = moment;
  const { change, accountId, region } = event;
  if (change === undefined) return { moment, effects: new Map(), certainty: moment.certainty };
  const now = new Date(event.at);
  const group: SecurityGroup = { id, name: known?.name ?? '', ownerId: accountId, vpcId: known?.vpcId, tags };
  const place = { accountId, region, group, vpcs };
  const asked = policiesFor(policies, change, place, now);
  const rules = moment.rules.map(withId);
  const changed = new Set(moment.changed.map(withId).map((rule) => rule.id));
  const context = { ...place, principals: makersOf(change), prefixLists: entries, now };
  const effects = effectsOf(verdictsOn(rules, changed, asked, context), trimLimit);
  const doubt =
    doubtOfPlace(moment, known === undefined, asked, now) ??
    doubtOfLists(prefixListsNeeded(moment.rules, asked), doubtOf);
  return { moment, effects, certainty: weaker(moment.certainty, doubt) };
}

/** Rules of older records have no id: their content is one, too. Each is made once, so that two sets of policies are asked the same. */
const WITH_ID = new WeakMap<SecurityGroupRule, SecurityGroupRule>();

function withId(rule: SecurityGroupRule): SecurityGroupRule {
  if (rule.id !== '') return rule;
  const known = WITH_ID.get(rule) ?? { ...rule, id: contentOf(rule) };
  WITH_ID.set(rule, known);
  return known;
}

function weaker(certainty: Certainty, doubt: Certainty | undefined): Certainty {
  if (doubt === undefined || certainty.label === 'unknown') return certainty;
  return doubt.label === 'unknown' || certainty.label === 'exact' ? doubt : certainty;
}

/** Whether a policy looks at what is not known of the group at that moment. */
function doubtOfPlace(
  { unknownTags }: Moment,
  isGone: boolean,
  policies: readonly Policy[],
  now: Date,
): Certainty | undefined {
  const selectors = policies.flatMap((policy) => selectorsOf(policy, now)).map(([selector]) => selector);
  const keys = selectors.flatMap(({ groups }) => Object.keys(groups?.tags ?? {}));
  const key = keys.find((one) => unknownTags.has(one) || isGone);
  if (key !== undefined)
    return { label: 'unknown', because: `tag ${key} of the group at that time is not known` };
  const looks = selectors.some(({ vpcs, groups }) => vpcs !== undefined || groups?.names !== undefined);
  return isGone && looks
    ? { label: 'unknown', because: 'name and VPC of the group are not known' }
    : undefined;
}

/** Lists of AWS change, and no trail says so; of others, the trail has every change. */
function doubtOfLists(needed: readonly string[], doubtOf: Lists['doubt']): Certainty | undefined {
  const [because] = needed.flatMap((id) => doubtOf(id) ?? []);
  return because === undefined ? undefined : { label: 'at least', because };
}
