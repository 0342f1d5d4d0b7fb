// A CloudTrail record as what it did to groups, lists and tags, and as the change that the handler would have made of it.
import type { Actor } from '../change/actor.ts';
import { type Change, type Changed, EventError, parseCall, parseChange } from '../change/change.ts';
import type { TagChange } from '../change/changed-rules.ts';
import { field, list, text } from '../change/cloudtrail.ts';
import { parseRecord } from '../change/record.ts';
import { removedRules } from '../change/removed-rules.ts';
import type { Direction, SecurityGroupRule } from '../rule.ts';

/** What an event did. */
export type Act =
  | {
      readonly kind: 'create';
      readonly name: string;
      readonly vpcId: string | undefined;
      readonly tags: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'delete' }
  | { readonly kind: 'add'; readonly rules: readonly SecurityGroupRule[] }
  | { readonly kind: 'modify'; readonly rules: readonly SecurityGroupRule[] }
  | {
      readonly kind: 'remove';
      readonly rules: readonly SecurityGroupRule[];
      readonly ids: readonly string[];
      readonly isAnswered: boolean;
    }
  | { readonly kind: 'tag'; readonly tags: readonly TagChange[]; readonly isRemoval: boolean }
  /** Descriptions or tags of rules, or the VPCs of the group: what its rules admit stays. */
  | { readonly kind: 'words' }
  | {
      readonly kind: 'list';
      readonly listId: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
      /** The version that it changed; undefined where the record does not say. */
      readonly version: number | undefined;
      /** The version whose entries it brought back; undefined for one that changes entries. */
      readonly restored: number | 'unknown' | undefined;
    }
  /** It changed rules, and the record does not say which. */
  | { readonly kind: 'unread'; readonly because: string };

export interface TrailEvent {
  readonly id: string;
  /** Milliseconds. */
  readonly at: number;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly actor: Actor;
  /** The groups that it is about; none for prefix lists, and where the record does not say. */
  readonly groupIds: readonly string[];
  readonly act: Act;
  /** Undefined for what opens nothing. */
  readonly change: Changed | undefined;
}

/** The event; undefined for a record that did nothing to security groups; a text where it cannot be read. */
export function parseTrailEvent(record: unknown): TrailEvent | string | undefined {
  try {
    return read(record);
  } catch (error) {
    if (error instanceof EventError) return error.message;
    throw error;
  }
}

function read(event: unknown): TrailEvent | string | undefined {
  const change = parseChange(event);
  const { eventName, time, accountId = '', region = '', actor } = change;
  // A call that failed, a dry run, a call of another service.
  if (change.kind === 'none' && !isReplayed(change)) return undefined;
  if (time === undefined) return 'the record has no time';
  const { record } = parseRecord(event);
  const call = parseCall(record, eventName);
  const groupId = groupIdOf(call, change);
  const act = actOf(call, change, groupId);
  if (act === undefined) return undefined;
  const groupIds =
    act.kind === 'tag' || act.kind === 'words' ? taggedGroups(change, groupId) : [groupId ?? []].flat();
  return {
    ...{ id: change.eventId ?? `${time} ${eventName} ${groupId}`, at: Date.parse(time), name: eventName },
    ...{ accountId, region, actor, groupIds, act },
    change: change.kind === 'changed' ? change : undefined,
  };
}

/** Of what opens nothing, these did something, if the call succeeded. */
const CLOSING = new Set([
  'RevokeSecurityGroupIngress',
  'RevokeSecurityGroupEgress',
  'DeleteSecurityGroup',
  'DisassociateSecurityGroupVpc',
  'ModifyManagedPrefixList',
]);

function isReplayed({ eventName, reason }: Extract<Change, { kind: 'none' }>): boolean {
  return CLOSING.has(eventName) && (reason.startsWith(eventName) || reason.startsWith('it adds no entry'));
}

type Call = ReturnType<typeof parseCall>;

function groupIdOf({ request, response }: Call, change: Change): string | undefined {
  if (change.kind === 'changed' && change.group?.by === 'id') return change.group.id;
  const [answered] = list(field(response, 'revokedSecurityGroupRuleSet'));
  return (
    text(field(request, 'groupId')) ?? text(field(answered, 'groupId')) ?? text(field(response, 'groupId'))
  );
}

function taggedGroups(change: Change, groupId: string | undefined): readonly string[] {
  if (change.kind === 'changed' && change.rules.by === 'tags') return change.rules.groupIds;
  return groupId === undefined ? [] : [groupId];
}

function actOf(call: Call, change: Change, groupId: string | undefined): Act | undefined {
  const { eventName, request, response } = call;
  switch (eventName) {
    case 'CreateSecurityGroup':
      return {
        kind: 'create',
        name: text(field(request, 'groupName')) ?? '',
        vpcId: text(field(request, 'vpcId')),
        tags: tagsOfRequest(request),
      };
    case 'DeleteSecurityGroup':
      return groupId === undefined ? unread('it names the group by its name alone') : { kind: 'delete' };
    case 'RevokeSecurityGroupIngress':
    case 'RevokeSecurityGroupEgress': {
      const direction: Direction = eventName.endsWith('Egress') ? 'egress' : 'ingress';
      if (groupId === undefined) return unread('it names the group by its name alone');
      return { kind: 'remove', ...removedRules(request, response, groupId, direction) };
    }
    case 'ModifyManagedPrefixList':
    case 'RestoreManagedPrefixListVersion':
      return listAct(call);
    case 'DisassociateSecurityGroupVpc':
      return { kind: 'words' };
    default:
      return change.kind === 'changed' ? changeAct(change) : unread('CloudTrail left out what it is about');
  }
}

function changeAct(change: Changed): Act | undefined {
  const { rules, group } = change;
  if (rules.by === 'tags')
    return rules.groupIds.length > 0
      ? { kind: 'tag', tags: rules.tags, isRemoval: rules.isRemoval }
      : { kind: 'words' };
  if (rules.by === 'vpc' || ('words' in rules && rules.words !== undefined)) return { kind: 'words' };
  if (group?.by !== 'id')
    return unread(
      group === undefined ? 'it does not name the group' : 'it names the group by its name alone',
    );
  return ruleAct(change);
}

function ruleAct({ eventName, rules }: Changed): Act | undefined {
  if (rules.by === 'id' && rules.rules.length < rules.ids.length)
    return unread('a rule in it cannot be read');
  if (rules.by === 'content' && rules.namedSources !== undefined)
    return unread('it names a source group by its name');
  if (!('rules' in rules)) return unread('it does not say which rules it made');
  return { kind: eventName === 'ModifySecurityGroupRules' ? 'modify' : 'add', rules: rules.rules };
}

function unread(because: string): Act {
  return { kind: 'unread', because };
}

function listAct({ eventName, request, response }: Call): Act | undefined {
  const listId = text(field(request, 'prefixListId')) ?? text(field(response, 'prefixList', 'prefixListId'));
  if (listId === undefined) return undefined;
  const cidrs = (name: string) => list(field(request, name)).flatMap((one) => text(field(one, 'cidr')) ?? []);
  const version = numberIn(request, 'currentVersion') ?? numberIn(field(response, 'prefixList'), 'version');
  const restored =
    eventName === 'ModifyManagedPrefixList' ? undefined : (numberIn(request, 'previousVersion') ?? 'unknown');
  return { kind: 'list', listId, added: cidrs('addEntry'), removed: cidrs('removeEntry'), version, restored };
}

function numberIn(value: unknown, name: string): number | undefined {
  const said = text(field(value, name));
  return said === undefined || !/^\d+$/.test(said) ? undefined : Number(said);
}

function tagsOfRequest(request: unknown): Readonly<Record<string, string>> {
  const tags = list(field(request, 'tagSpecificationSet')).flatMap((one) => list(field(one, 'tags')));
  return Object.fromEntries(
    tags.flatMap((tag) => {
      const key = text(field(tag, 'key'));
      return key === undefined ? [] : [[key, text(field(tag, 'value')) ?? ''] as const];
    }),
  );
}
