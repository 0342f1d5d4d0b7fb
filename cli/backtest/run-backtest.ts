// From a trail, and the groups as they are now, to what policies would have done.
import { type Backtest, backtest } from '../../lib/backtest/backtest.ts';
import { type ListVersions, versionsWanted } from '../../lib/backtest/list-history.ts';
import type { GroupNow } from '../../lib/backtest/replay.ts';
import type { TrailEvent } from '../../lib/backtest/trail-event.ts';
import { isUnread } from '../../lib/evaluate/prefix-lists.ts';
import { prefixListsNeeded } from '../../lib/evaluate/prefix-lists-needed.ts';
import { printBlockList } from '../../lib/network/nat64.ts';
import type { Associations, VpcBlocks } from '../../lib/network/vpcs.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { parseGroup, type SecurityGroupRule } from '../../lib/rule.ts';
import { openAudit } from '../input/audit-input.ts';
import type { AuditInput, AuditSources, OpenAudit } from '../input/audit-sources.ts';
import type { Io } from '../io.ts';

export interface BacktestPolicies {
  readonly policies: readonly Policy[];
  readonly against: readonly Policy[] | undefined;
  readonly trimLimit: number;
}

/** Reads the groups of the events as they are now, in an export or in the account, and replays. */
export async function runBacktest(
  io: Io,
  events: readonly TrailEvent[],
  input: AuditInput,
  { policies, against, trimLimit }: BacktestPolicies,
): Promise<Backtest> {
  const all = [...policies, ...(against ?? [])];
  const audit = await openAudit(io, input, all);
  try {
    const now = await readNow(audit, events, all);
    return backtest({ events, ...now, policies, against, trimLimit });
  } finally {
    await audit.close();
  }
}

interface Now {
  readonly versions: ListVersions;
  readonly now: ReadonlyMap<string, GroupNow>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly vpcs: { readonly associations: Associations | undefined; readonly blocks: VpcBlocks | undefined };
}

/** Only the groups that the events are about are kept. */
async function readNow(
  audit: OpenAudit,
  events: readonly TrailEvent[],
  policies: readonly Policy[],
): Promise<Now> {
  const wanted = new Set(events.flatMap(({ groupIds }) => groupIds));
  const listed = new Set(events.flatMap(({ act }) => (act.kind === 'list' ? [act.listId] : [])));
  const now = new Map<string, GroupNow>();
  const lists = new Map<string, readonly string[]>();
  const versions = new Map<string, ReadonlyMap<number, readonly string[]>>();
  let vpcs: Now['vpcs'] = { associations: undefined, blocks: undefined };
  for await (const source of audit.sources) {
    for await (const { group, rules } of source.groups) {
      const isForList = rules.some(
        ({ peer }) => peer.kind === 'prefix-list' && listed.has(peer.prefixListId),
      );
      if (isForList || wanted.has(group.GroupId ?? ''))
        now.set(group.GroupId ?? '', { group: parseGroup(group), rules });
    }
    const rules = [...[...now.values()].flatMap((one) => one.rules), ...rulesIn(events)];
    addAll(lists, await listsOf(source, rules, policies));
    addAll(versions, await versionsOf(source, events));
    vpcs = joinVpcs(vpcs, source.vpcs);
  }
  return { now, lists, versions, vpcs };
}

function addAll<T>(to: Map<string, T>, more: readonly (readonly [string, T])[]): void {
  for (const [name, value] of more) to.set(name, value);
}

/** Of the lists that the trail changes, the versions that it names. */
async function versionsOf(
  { listVersions }: AuditSources,
  events: readonly TrailEvent[],
): Promise<readonly (readonly [string, ReadonlyMap<number, readonly string[]>])[]> {
  const found: [string, ReadonlyMap<number, readonly string[]>][] = [];
  if (listVersions === undefined) return found;
  for (const [id, versions] of versionsWanted(events)) found.push([id, await listVersions(id, versions)]);
  // A list is in one region.
  return found.filter(([, read]) => read.size > 0);
}

function rulesIn(events: readonly TrailEvent[]): readonly SecurityGroupRule[] {
  return events.flatMap(({ act }) => ('rules' in act ? act.rules : []));
}

async function listsOf(
  source: AuditSources,
  rules: readonly SecurityGroupRule[],
  policies: readonly Policy[],
): Promise<readonly (readonly [string, readonly string[]])[]> {
  const read = await source.prefixLists(prefixListsNeeded(rules, policies));
  return [...read].flatMap(([name, list]) => (isUnread(list) ? [] : [[name, printBlockList(list)] as const]));
}

function joinVpcs(a: Now['vpcs'], b: Now['vpcs']): Now['vpcs'] {
  const both = <T>(one: ReadonlyMap<string, T> | undefined, other: ReadonlyMap<string, T> | undefined) =>
    one === undefined || other === undefined ? (one ?? other) : new Map([...one, ...other]);
  return { associations: both(a.associations, b.associations), blocks: both(a.blocks, b.blocks) };
}
