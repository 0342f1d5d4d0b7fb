import { describe, expect, it } from 'vitest';
import { trimNotices } from '../../build/trims.ts';
import { policySchema } from '../../lib/policy/schema.ts';

const trims = policySchema.parse({
  id: 'no-ssh',
  title: 'No SSH',
  severity: 'high',
  description: 'Use Session Manager.',
  match: { ports: [22], source: 'world' },
  action: 'trim',
});

describe('a build with a policy that trims', () => {
  it.each([
    [undefined, 'enforce', 'revokes as a whole'],
    ['revoke', 'enforce', 'revokes as a whole'],
    ['revoke', 'dry-run', 'would revoke as a whole'],
    ['notify', 'enforce', 'only reports'],
  ] as const)(
    'says what becomes of its rules where the deployment may add none: otherwise %s, mode %s',
    (otherwise, mode, what) => {
      expect(trimNotices([{ ...trims, otherwise, mode }], 0)).toEqual([
        `policy no-ssh: ${what} the rules that it would trim (this deployment may not add rules: trimLimit is 0)`,
      ]);
    },
  );

  it('says nothing where the deployment may add rules, or where no policy trims', () => {
    expect(trimNotices([trims], 10)).toEqual([]);
    expect(trimNotices([{ ...trims, action: 'revoke' }], 0)).toEqual([]);
    expect(trimNotices([{ ...trims, mode: 'off' }], 0)).toEqual([]);
  });
});
