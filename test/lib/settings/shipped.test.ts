import { describe, expect, it } from 'vitest';
import { type PolicyDocument, policySchema } from '../../../lib/policy/schema.ts';
import { settingsSchema } from '../../../lib/settings/schema.ts';
import { effectivePolicies, isTaken, pathOfOverride } from '../../../lib/settings/shipped.ts';

const exception = (owner: string) => ({ sources: ['9.9.9.9/32'], reason: 'R', owner, expires: '2027-01-01' });
const policy = (id: string, more: object = {}): PolicyDocument =>
  policySchema.parse({
    ...{ id, title: 'T', severity: 'high', description: 'D', match: { ports: [22], source: 'world' } },
    ...{ action: 'revoke', ...more },
  });
const overrides = (shipped: object) => settingsSchema.parse({ shipped, stages: {} }).shipped;

describe('the policies in force', () => {
  it('are the shipped ones as they are, and the own ones, by id', () => {
    const [a, b, c] = [policy('a'), policy('b'), policy('c')];

    expect(effectivePolicies([c, a], [b], {})).toEqual([a, b, c]);
  });

  it('are changed in what the settings say, and in nothing else', () => {
    const trims = policy('a', { action: 'trim', otherwise: 'notify', exceptions: [exception('shipped')] });
    const changed = overrides({ a: { mode: 'dry-run', grace: '10m', exceptions: [exception('own')] } });

    expect(effectivePolicies([trims], [], changed)).toEqual([
      { ...trims, mode: 'dry-run', grace: '10m', exceptions: [exception('shipped'), exception('own')] },
    ]);
  });

  it('are policies as a file could say them: `otherwise` goes with the action that it is for', () => {
    const trims = policy('a', { action: 'trim', otherwise: 'notify' });
    const [changed] = effectivePolicies([trims], [], overrides({ a: { action: 'revoke' } }));

    expect(policySchema.safeParse(changed)).toMatchObject({ success: true, data: { action: 'revoke' } });
  });

  it('let an own policy stand in for a shipped one that is off, and for no other', () => {
    const [shipped, own] = [policy('a'), policy('a', { severity: 'low' })];
    const off = overrides({ a: { mode: 'off' } });

    expect(effectivePolicies([shipped], [own], off)).toEqual([own]);
    expect(isTaken('a', [shipped], off)).toBe(false);
    expect(isTaken('a', [shipped], overrides({ a: { mode: 'dry-run' } }))).toBe(true);
    expect(isTaken('b', [shipped], {})).toBe(false);
  });
});

describe('the place of a part of a shipped policy', () => {
  const shipped = policy('a', { exceptions: [exception('shipped')] });
  const [override] = Object.values(overrides({ a: { action: 'notify', exceptions: [exception('own')] } }));

  it.each([
    [['action'], ['shipped', 'a', 'action']],
    [
      ['exceptions', 1, 'expires'],
      ['shipped', 'a', 'exceptions', 0, 'expires'],
    ],
    [['exceptions', 0], undefined],
    [['match', 'ports', 0], undefined],
  ])('%j is %j in the settings', (path, place) => {
    expect(pathOfOverride(shipped, override, path)).toEqual(place);
  });
});
