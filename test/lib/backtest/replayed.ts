// A backtest of a history, with the account as it is at its end.
import { type Backtest, backtest } from '../../../lib/backtest/backtest.ts';
import type { ListVersions } from '../../../lib/backtest/list-history.ts';
import { parseTrailEvent, type TrailEvent } from '../../../lib/backtest/trail-event.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { parseRule } from '../../../lib/rule.ts';
import { type Account, inForce } from '../../../lib/sandbox/index.ts';
import { ACCOUNT } from './history.ts';

const said = { title: 'closed', severity: 'high', description: 'Use the VPN.', action: 'revoke' };
const exception = { reason: 'Ours', owner: 'us', expires: '2026-03-01' };
export const policies = [
  { id: 'world', match: { protocol: ['tcp'], ports: [22], source: 'world' } },
  {
    id: 'prod',
    match: { protocol: ['tcp'], ports: [443], source: 'public' },
    scope: { groups: { tags: { env: 'prod' } } },
  },
  {
    id: 'excused',
    match: { protocol: ['tcp'], ports: [22], source: 'public' },
    exceptions: [{ ...exception, principals: ['arn:aws:sts::111122223333:assumed-role/people/deploy'] }],
  },
].map((one) => compilePolicy(policySchema.parse({ ...said, ...one })));

export function eventsOf(records: readonly object[]): readonly TrailEvent[] {
  return records.map(parseTrailEvent).filter((one): one is TrailEvent => typeof one === 'object');
}

/** What the account has of all versions of its lists. */
export function versionsIn({ prefixListVersions }: Account): ListVersions {
  return new Map(
    [...prefixListVersions].map(([id, all]) => [id, new Map(all.map((cidrs, index) => [index + 1, cidrs]))]),
  );
}

export function replayed(
  records: readonly object[],
  account: Account,
  versions: ListVersions = new Map(),
): Backtest {
  const now = new Map(
    [...account.groups.values()].map((stored) => [
      stored.GroupId,
      {
        group: {
          id: stored.GroupId,
          name: stored.GroupName,
          ownerId: ACCOUNT,
          vpcId: stored.VpcId,
          tags: Object.fromEntries(stored.Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
        },
        rules: inForce(account, stored.GroupId).map(parseRule),
      },
    ]),
  );
  const lists = new Map([...account.prefixLists].map(([id, cidrs]) => [id, [...cidrs]]));
  return backtest({
    events: eventsOf(records),
    now,
    lists,
    versions,
    vpcs: { associations: new Map(), blocks: new Map() },
    policies,
    against: undefined,
    trimLimit: 10,
  });
}
