// What a digest says, and that it stays small and harmless whatever the groups are called.
import { describe, expect, it } from 'vitest';
import { makeDigest, makeDigestRecord } from '../../../lib/report/digest/digest.ts';
import type { DigestFacts } from '../../../lib/report/digest/digest-facts.ts';
import { comparisonWith, type Standing } from '../../../lib/report/digest/standing.ts';
import {
  addFound,
  emptyTotals,
  type Found,
  linesOf,
  MOST_SEEN,
  remembersAll,
  type SweepTotals,
} from '../../../lib/report/digest/sweep-totals.ts';
import { makeRecord } from '../../../lib/report/record.ts';
import { makeFacts, SSH_FROM_ANYWHERE } from './facts.ts';

function found(index: number, wanted: Partial<Found> = {}): Found {
  const rule = { ...SSH_FROM_ANYWHERE, SecurityGroupRuleId: `sgr-${index}`, GroupId: `sg-${index}` };
  const { findings } = makeRecord({ ...makeFacts({ rules: [rule] }), outcomes: [] });
  return {
    group: { id: `sg-${index}`, name: `web-${index}`, ownerId: '111122223333' },
    ...{ rules: 3, exempt: 0, findings, openAs: 'reported' as const, isTroubled: false, letIn: new Map() },
    ...wanted,
  };
}

function totalsOf(
  founds: readonly Found[],
  before?: readonly string[],
  standing: Standing = {},
): SweepTotals {
  const known = comparisonWith({ seen: before ?? [], standing });
  return founds.reduce(
    (totals, it) => addFound(totals, it, linesOf(totals, it, known), known),
    emptyTotals(before !== undefined),
  );
}

function factsOf(totals: SweepTotals, wanted: Partial<DigestFacts> = {}): DigestFacts {
  return {
    target: { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' },
    ...{ id: 'sweep/1', mode: 'report', stage: 'prod' },
    ...{ startedAt: '2026-06-01T12:00:00Z', endedAt: '2026-06-01T12:01:00Z', totals },
    ...{
      audience: {},
      expiring: 0,
      previousAt: undefined,
      gone: undefined,
      missed: undefined,
      exposure: undefined,
      evidence: undefined,
      hold: undefined,
      wellSince: undefined,
    },
    wanted: undefined,
    ...wanted,
  };
}

const many = (count: number) => Array.from({ length: count }, (_, index) => found(index));

describe('the digest', () => {
  it('counts everything, and names the twenty most severe', () => {
    const { email, record } = makeDigest(factsOf(totalsOf(many(50))));

    expect(record.counts).toMatchObject({
      groups: 50,
      rules: 150,
      violations: 50,
      bySeverity: { critical: 50 },
    });
    expect(email.match(/^ {2}critical {2}web-/gm)).toHaveLength(20);
    expect(email).toContain('... and 30 more findings in the log');
  });

  it('says what is new since the last sweep, and names it before what is as severe', () => {
    const { subject, email } = makeDigest(
      factsOf(totalsOf(many(3), ['sgr-0', 'sgr-1']), { previousAt: '2026-06-01T06:00:00Z' }),
    );

    expect(subject).toBe('Sweep: 1 new violation, 3 critical in all (111122223333/eu-west-1)');
    expect(email.indexOf('[sgr-2]')).toBeLessThan(email.indexOf('[sgr-0]'));
  });

  it('says first what could not be closed', () => {
    const denied = found(7, {
      findings: found(7).findings.map((it) => ({ ...it, outcome: 'denied' as const })),
    });
    const { email, attributes } = makeDigest(factsOf(totalsOf([...many(30), denied]), { mode: 'enforce' }));

    expect(email.indexOf('[sgr-7]')).toBeLessThan(email.indexOf('[sgr-0]'));
    expect(attributes.outcome).toEqual(['denied', 'reported']);
  });

  it('calls a rule unfinished that was to go and of which nobody knows what came', () => {
    expect(totalsOf([found(1, { openAs: 'unfinished' })]).byStatus).toEqual({ unfinished: 1 });
  });

  it('says that policies are on hold', () => {
    const held = found(1, {
      findings: found(1).findings.map((it) => ({ ...it, because: 'breaker' as const })),
    });

    expect(makeDigest(factsOf(totalsOf([held]))).subject).toContain(
      'Sweep: 1 violation, 1 critical, 1 on hold',
    );
  });

  it('acts on nothing that a group is called', () => {
    const hostile = found(1, {
      group: { id: 'sg-1', name: '`@here` <b>http://evil.example</b>\u202e', ownerId: '111122223333' },
    });
    const { email, chat } = makeDigest(factsOf(totalsOf([hostile])));

    for (const text of [email, chat.content.description])
      expect(text).not.toMatch(/<b>|http:\/\/|\u202e|`@here`/);
  });

  it('keeps the chat within its limits', () => {
    const { description, title, nextSteps } = makeDigest(factsOf(totalsOf(many(200)))).chat.content;

    expect(description.length).toBeLessThanOrEqual(8000);
    expect(title.length).toBeLessThanOrEqual(250);
    for (const step of nextSteps) expect(step.length).toBeLessThanOrEqual(350);
  });
});

describe('the totals of a sweep', () => {
  it('is as large after many groups as after some, but for the ids', () => {
    const size = (totals: SweepTotals) => JSON.stringify({ ...totals, seen: [] }).length;

    expect(size(totalsOf(many(2000)))).toBeLessThan(size(totalsOf(many(100))) * 1.05);
  });

  it('remembers so many ids and knows when these are not all', () => {
    const finding = found(1).findings[0];
    const findings = Array.from({ length: MOST_SEEN + 1 }, () => finding).filter((it) => it !== undefined);
    const totals = totalsOf([found(1, { findings })]);

    expect(totals.seen).toHaveLength(MOST_SEEN);
    expect(remembersAll(totals)).toBe(false);
    expect(remembersAll(totalsOf(many(3)))).toBe(true);
  });

  it('says how many findings the record leaves out', () => {
    expect(makeDigestRecord(factsOf(totalsOf(many(25))))).toMatchObject({ omitted: 5 });
    expect(makeDigestRecord(factsOf(totalsOf(many(5))))).not.toHaveProperty('omitted');
  });
});
