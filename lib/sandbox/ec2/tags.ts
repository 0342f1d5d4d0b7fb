// CreateTags and DeleteTags on groups and rules.
import type { SecurityGroupRule as AwsSecurityGroupRule, Tag } from '@aws-sdk/client-ec2';
import type { Account } from '../account.ts';
import { ServiceError } from '../faults.ts';
import { type Parameters, structuresOf, textOf, textsOf } from '../protocol/query.ts';
import { groupById, readTags, ruleById } from './request.ts';
import { inForce, replace } from './rule-store.ts';

type Retag = (tags: readonly Tag[]) => readonly Tag[];

/** Adds tags, and overwrites those of the same key (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html). */
export function createTags(account: Account, parameters: Parameters): object {
  const added = readTags(parameters);
  const isKept = ({ Key }: Tag) => added.every((tag) => tag.Key !== Key);
  return retag(account, parameters, (tags) => [...tags.filter(isKept), ...added]);
}

/**
 * Removes tags: of a key, or, where a value is given too, only with that value; all when none is named
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html).
 */
export function deleteTags(account: Account, parameters: Parameters): object {
  const named = structuresOf(parameters, 'Tag');
  const isNamed = ({ Key, Value }: Tag) =>
    named.some((tag) => textOf(tag, 'Key') === Key && (textOf(tag, 'Value') ?? Value) === Value);
  return retag(account, parameters, (tags) =>
    named.length === 0 ? [] : tags.filter((tag) => !isNamed(tag)),
  );
}

function retag(account: Account, parameters: Parameters, change: Retag): object {
  const changes = textsOf(parameters, 'ResourceId').map((id) => retagging(account, id, change));
  for (const apply of changes) apply();
  return { Return: true };
}

/** Finding all resources before changing any makes the call all or nothing. */
function retagging(account: Account, id: string, change: Retag): () => void {
  if (id.startsWith('sg-')) {
    const group = groupById(account, id);
    return () => account.groups.set(id, { ...group, Tags: change(group.Tags) });
  }
  if (!id.startsWith('sgr-')) throw new ServiceError('InvalidID', `The ID '${id}' is not valid`);
  const rule = ruleById(allInForce(account), id);
  return () => replace(account, { ...rule, Tags: [...change(rule.Tags ?? [])] });
}

function allInForce(account: Account): readonly AwsSecurityGroupRule[] {
  return [...account.groups.keys()].flatMap((groupId) => inForce(account, groupId));
}
