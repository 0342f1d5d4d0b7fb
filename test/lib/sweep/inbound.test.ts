// The inbound findings that a sweep keeps: the most severe, and never more than its item has room for.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pack } from '../../../lib/io/ledger/items.ts';
import { parseSet } from '../../../lib/network/cidr.ts';
import type { Severity } from '../../../lib/policy/severity.ts';
import type { Line } from '../../../lib/report/digest/standing.ts';
import { type InboundFindings, withInbound } from '../../../lib/sweep/inbound.ts';

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

function lineOf(severity: Severity = 'critical', more: Partial<Line> = {}): Line {
  return {
    ...{ groupId: `sg-0${hex(8)}`, groupName: 'web', ownerId: '111122223333', ruleId: `sgr-0${hex(8)}` },
    ...{ rule: 'SSH (tcp/22) from 0.0.0.0/0', severity, policies: ['p'], reason: 'open', status: 'reported' },
    ...more,
  };
}

/** The findings with these, each of which lets in these sources. */
function keep(lines: readonly Line[], sourcesOf: (index: number) => readonly string[]): InboundFindings {
  return lines.reduce<InboundFindings | undefined>((kept, line, index) => {
    const packets = [{ sources: parseSet(sourcesOf(index)), traffic: [[22, 23] as const] }];
    return withInbound(kept, [line], new Map([[line.ruleId, { packets, isWhole: true }]]));
  }, undefined) as InboundFindings;
}

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));

describe('the inbound findings of a sweep', () => {
  it('are the most severe, whenever they were found', () => {
    const lines = times(1000, (index) => lineOf(index % 3 === 0 ? 'critical' : 'low'));
    const { count, kept } = keep(lines, () => ['0.0.0.0/0']);

    expect(count).toBe(1000);
    expect(kept).toHaveLength(400);
    expect(kept.filter(({ severity }) => severity === 'critical')).toHaveLength(334);
  });

  it('take at most a tenth of an item, whatever groups are called and rules let in', () => {
    const name = () => randomBytes(190).toString('base64');
    const sources = () =>
      times(20, () => `${1 + ((randomBytes(1)[0] ?? 0) % 200)}.${[...randomBytes(3)].join('.')}/32`);
    const kept = keep(
      times(1000, () => lineOf('critical', { groupName: name() })),
      sources,
    );

    expect(pack(kept).length).toBeLessThan(40_000);
  });

  it('leave out what lets in too much to be kept, and keep the rest', () => {
    const many = times(1100, (index) => `9.${index >> 7}.${(index & 127) * 2}.0/24`);
    const { count, kept } = keep([lineOf('critical'), lineOf('low')], (index) =>
      index === 0 ? many : ['0.0.0.0/0'],
    );

    expect(count).toBe(2);
    expect(kept.map(({ severity }) => severity)).toEqual(['low']);
  });

  it('leave out rules that let in nothing inbound, and what could not be evaluated', () => {
    const [line, undecided] = [lineOf(), lineOf('high', { status: 'undecided' })];
    const letIn = new Map([[undecided.ruleId, { packets: [], isWhole: true }]]);

    expect(withInbound(undefined, [line, undecided], letIn)).toBeUndefined();
  });
});
