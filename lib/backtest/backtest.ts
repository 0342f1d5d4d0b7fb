// A whole trail through policies: each event that opened something, evaluated by what its group had then.

import { type Associations, type VpcBlocks, vpcsOf } from '../network/vpcs.ts';
import type { Policy } from '../policy/policy.ts';
import type { SecurityGroup, SecurityGroupRule } from '../rule.ts';
import type { Life } from './apply-event.ts';
import { type GroupInHistory, type JudgedMoment, judgeMoment, type Lists } from './judge-moment.ts';
import { type ListHistory, type ListVersions, listHistory } from './list-history.ts';
import type { Moment } from './moment.ts';
import { inOrder } from './order.ts';
import { type GroupNow, replayGroup } from './replay.ts';
import type { TrailEvent } from './trail-event.ts';

export interface BacktestInput {
  readonly events: readonly TrailEvent[];
  /** The groups as they are now, by id. */
  readonly now: ReadonlyMap<string, GroupNow>;
  /** The entries of prefix lists as they are now, by id or name. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** The entries of versions of lists, as far as the account has them. */
  readonly versions: ListVersions;
  readonly vpcs: { readonly associations: Associations | undefined; readonly blocks: VpcBlocks | undefined };
  readonly policies: readonly Policy[];
  /** Other policies to compare with; undefined for none. */
  readonly against: readonly Policy[] | undefined;
  readonly trimLimit: number;
}

/** One event in one group, by the policies, and by those to compare with. */
export interface Replayed extends JudgedMoment {
  readonly groupId: string;
  readonly group: SecurityGroup | undefined;
  readonly before: JudgedMoment['effects'] | undefined;
}

export interface Backtest {
  /** In order of time; without those that opened nothing. */
  readonly replayed: readonly Replayed[];
  readonly lives: ReadonlyMap<string, readonly Life[]>;
  /** All of each group, in the order in which they were found. */
  readonly contradictions: readonly { readonly groupId: string; readonly because: string }[];
  /** Events that no group could be found for. */
  readonly homeless: readonly TrailEvent[];
}

/** Replays all groups that the events are about. */
export function backtest(input: BacktestInput): Backtest {
  const events = inOrder(input.events);
  const history = listHistory(events, input.lists, input.versions);
  const indexes = new Map(events.map((event, index) => [event, index]));
  const byGroup = eventsByGroup(events);
  const replays = [...byGroup].map(([groupId, own]) => {
    const now = input.now.get(groupId) ?? { group: undefined, rules: [] };
    const all = withLists(own, events, now.rules, indexes);
    const replay = replayGroup(all, now);
    const at = (moment: Moment) => listsAt(history, indexes.get(moment.event) ?? 0);
    return { groupId, replay, replayed: judgeGroupHistory(groupId, now, all, replay.moments, at, input) };
  });
  const replayed = replays.flatMap((one) => one.replayed);
  return {
    replayed: replayed.toSorted((a, b) => a.moment.event.at - b.moment.event.at),
    lives: new Map(replays.map(({ groupId, replay }) => [groupId, replay.lives])),
    contradictions: replays.flatMap(({ groupId, replay }) =>
      replay.contradictions.map((because) => ({ groupId, because })),
    ),
    homeless: events.filter(({ groupIds, act }) => groupIds.length === 0 && act.kind === 'unread'),
  };
}

function listsAt(history: ListHistory, index: number): Lists {
  return { entries: history.at(index), doubt: (id) => history.doubt(id, index) };
}

function eventsByGroup(events: readonly TrailEvent[]): ReadonlyMap<string, readonly TrailEvent[]> {
  const pairs = events.flatMap((event) => event.groupIds.map((id) => ({ id, event })));
  const byGroup = Map.groupBy(pairs, ({ id }) => id);
  return new Map([...byGroup].map(([id, of]) => [id, of.map(({ event }) => event)]));
}

/** The events of a group, and those of the lists that its rules ever refer to. */
function withLists(
  own: readonly TrailEvent[],
  events: readonly TrailEvent[],
  now: readonly SecurityGroupRule[],
  indexes: ReadonlyMap<TrailEvent, number>,
): readonly TrailEvent[] {
  const rules = [...now, ...own.flatMap(({ act }) => ('rules' in act ? act.rules : []))];
  const ids = new Set(rules.flatMap(({ peer }) => (peer.kind === 'prefix-list' ? [peer.prefixListId] : [])));
  if (ids.size === 0) return own;
  const ofLists = events.filter(({ act }) => act.kind === 'list' && ids.has(act.listId));
  return [...own, ...ofLists].toSorted((a, b) => (indexes.get(a) ?? 0) - (indexes.get(b) ?? 0));
}

function judgeGroupHistory(
  groupId: string,
  { group }: GroupNow,
  events: readonly TrailEvent[],
  moments: readonly Moment[],
  listsOf: (moment: Moment) => Lists,
  { policies, against, vpcs, trimLimit }: BacktestInput,
): readonly Replayed[] {
  const created = events.flatMap(({ act }) => (act.kind === 'create' ? [act] : []))[0];
  const known = group ?? created;
  const place: GroupInHistory = {
    id: groupId,
    known,
    vpcs: vpcsOf({ id: groupId, vpcId: known?.vpcId }, vpcs),
  };
  return moments.filter(opensSomething).map((moment) => {
    const lists = listsOf(moment);
    const judged = judgeMoment(moment, place, policies, lists, trimLimit);
    const before = against && judgeMoment(moment, place, against, lists, trimLimit).effects;
    return { ...judged, groupId, group, before };
  });
}

function opensSomething({ event, changed, certainty }: Moment): boolean {
  return (
    event.act.kind === 'unread' ||
    (event.change !== undefined && changed.length > 0) ||
    (event.change !== undefined && certainty.label === 'unknown' && event.act.kind !== 'words')
  );
}
