// Where and when rules are judged, for tests in which that does not matter.
import type { Context } from '../../lib/evaluate/evaluate.ts';

export const CONTEXT: Context = {
  accountId: '111122223333',
  region: 'eu-west-1',
  group: { id: 'sg-1', name: 'web', ownerId: '111122223333', vpcId: 'vpc-1', tags: {} },
  principals: [],
  prefixLists: new Map(),
  vpcs: { associated: [], home: undefined, others: undefined },
  now: new Date('2026-06-01T00:00:00Z'),
};
