// What the account has of groups beside what files say of them: rules of other states, names, tags, VPCs and prefix lists.

import type { PrefixLists } from '../../lib/evaluate/prefix-lists.ts';
import { prefixListsNeeded } from '../../lib/evaluate/prefix-lists-needed.ts';
import type { DeclaredGroup } from '../../lib/infrastructure/declared.ts';
import type { DescribedGroup } from '../../lib/io/aws/read-account.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { contentOf, parseGroup } from '../../lib/rule.ts';
import { openAudit } from '../input/audit-input.ts';
import type { AuditInput, AuditSources } from '../input/audit-sources.ts';
import type { Io } from '../io.ts';

/** The options that say where the account is read. */
export interface LiveInput {
  readonly live?: true;
  readonly from?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly prefixLists?: string;
  readonly settings?: string;
}

export interface WithLive {
  readonly groups: readonly DeclaredGroup[];
  readonly prefixLists: PrefixLists;
}

/** The groups with what an account, or an export of one, has of them; as they are where neither was asked for. */
export async function withLive(
  io: Io,
  groups: readonly DeclaredGroup[],
  policies: readonly Policy[],
  input: LiveInput,
): Promise<WithLive> {
  if (input.live !== true && input.from === undefined) return { groups, prefixLists: new Map() };
  const { sources, close } = await openAudit(io, auditInputOf(input, groups), policies);
  try {
    let read: WithLive = { groups, prefixLists: new Map() };
    for await (const source of sources) read = await withSource(read, source, policies);
    return read;
  } finally {
    await close();
  }
}

/** Where no region is named, those that the files name are read. An audit may read several of each. */
function auditInputOf(
  { from, region, profile, prefixLists, settings }: LiveInput,
  groups: readonly DeclaredGroup[],
): AuditInput {
  const named = new Set(groups.flatMap(({ place }) => place.region ?? []));
  const regions = region === undefined && from === undefined ? [...named] : [region ?? []].flat();
  return {
    ...(from === undefined ? {} : { from: [from] }),
    ...(regions.length === 0 ? {} : { region: regions }),
    ...(profile === undefined ? {} : { profile: [profile] }),
    ...(prefixLists === undefined ? {} : { prefixLists }),
    ...(settings === undefined ? {} : { settings }),
  };
}

async function withSource(
  { groups, prefixLists }: WithLive,
  source: AuditSources,
  policies: readonly Policy[],
): Promise<WithLive> {
  const known = new Map(groups.map((group) => [group.place.groupId, group]));
  for await (const described of source.groups) {
    const group = known.get(described.group.GroupId);
    if (group !== undefined) known.set(described.group.GroupId, complete(group, described, source));
  }
  const completed = groups.map((group) =>
    group.place.groupId === undefined ? group : (known.get(group.place.groupId) ?? group),
  );
  const rules = completed.flatMap(({ cases, perhaps = [] }) => [
    ...cases.flatMap((one) => one.rules),
    ...perhaps,
  ]);
  const wanted = prefixListsNeeded(
    rules.map(({ rule }) => rule),
    policies,
  );
  const lists = await source.prefixLists(wanted.filter(isOfAccount));
  return { groups: completed, prefixLists: new Map([...prefixLists, ...lists]) };
}

/** An address of the file is no name of a list. */
function isOfAccount(name: string): boolean {
  return !name.startsWith('aws_ec2_') && !name.startsWith('module.');
}

/** A group that a file declares is as the file says; of any other, the rules that the file does not touch stay. */
function complete(
  group: DeclaredGroup,
  { group: aws, rules }: DescribedGroup,
  source: AuditSources,
): DeclaredGroup {
  const { removes } = group;
  if (removes === undefined) return group;
  const { id, name, ownerId, vpcId, tags } = parseGroup(aws);
  const region = aws.SecurityGroupArn?.split(':')[3] ?? group.place.region ?? source.region;
  const cases = group.cases.map((one) => {
    const told = new Set(one.rules.map(({ rule }) => contentOf(rule)));
    const stay = rules.filter((rule) => !told.has(contentOf(rule)) && !removes.has(contentOf(rule)));
    return {
      ...one,
      rules: [...one.rules, ...stay.map((rule) => ({ address: rule.id, rule, isLive: true }))],
    };
  });
  return {
    ...group,
    cases,
    place: {
      ...group.place,
      accountId: ownerId,
      region,
      groupId: id,
      name,
      isDefault: name === 'default',
      vpcId,
      tags,
      hasUnknownTags: false,
    },
  };
}
