// The model world before anything has happened.
import { ACCOUNT, GROUP, tcp } from '../io/world.ts';
import type { ModelWorld } from './model-world.ts';

/** A group with so many rules: each opens SSH to the world, and one port more than the rule before it. */
export function makeModel(count: number, more: Partial<ModelWorld> = {}): ModelWorld {
  const rules = Array.from({ length: count }, (_, i) => ({ ...tcp(`sgr-${i}`, 22), ToPort: 22 + i }));
  return {
    group: { id: GROUP, name: 'web', ownerId: ACCOUNT, vpcId: 'vpc-1', tags: {} },
    rules: new Map(rules.map((rule) => [rule.SecurityGroupRuleId ?? '', { GroupId: GROUP, ...rule }])),
    entries: new Map(),
    clocks: { clocks: [], version: 0 },
    clockRoom: Number.POSITIVE_INFINITY,
    now: Date.parse('2026-06-01T12:05:00Z'),
    lag: 0,
    stale: [],
    mails: [],
    told: new Set(),
    scheduled: new Set(),
    byBot: new Set(),
    bySomebody: new Set(),
    added: new Set(),
    unwithdrawn: new Set(),
    changedLater: new Set(),
    wrongs: [],
    breakerHolds: [],
    isDefaultVpc: false,
    hasMailRoom: true,
    hasFlowLogs: true,
    ...more,
  };
}
