import { describe, expect, it } from 'vitest';
import { unableToTrim } from '../../build/trims.ts';
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
  it('is refused, with what to do, where the deployment may add no rules', () => {
    expect(unableToTrim([trims], 0)).toMatchObject([
      { file: 'policies/no-ssh.yaml', message: expect.stringContaining('--param="trimLimit=10"') },
    ]);
    expect(unableToTrim([{ ...trims, mode: 'dry-run' }], 0)).toHaveLength(1);
  });

  it('is made where the deployment may add rules, or where no policy trims', () => {
    expect(unableToTrim([trims], 10)).toEqual([]);
    expect(unableToTrim([{ ...trims, action: 'revoke' }], 0)).toEqual([]);
    expect(unableToTrim([{ ...trims, mode: 'off' }], 0)).toEqual([]);
  });
});
