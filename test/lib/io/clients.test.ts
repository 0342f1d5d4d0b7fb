// The clients of a target.
import { describe, expect, it } from 'vitest';
import { homeTarget } from '../../../lib/config.ts';
import { clientsFor } from '../../../lib/io/world.ts';
import { ACCOUNT, makeWorld } from './world.ts';

describe('clients are chosen by target', () => {
  const { world } = makeWorld([]);
  const home = homeTarget(world.config);

  it("are the deployment's own for its own target", () => {
    expect(clientsFor(world, { ...home }).ec2).toBe(world.ec2);
  });

  it.each([{ partition: 'aws-cn' }, { accountId: '999999999999' }, { region: 'us-east-1' }])(
    'are not there for another one: %o',
    (other) => {
      expect(() => clientsFor(world, { ...home, ...other })).toThrow(
        `this deployment works in account ${ACCOUNT}, eu-west-1 (aws) alone`,
      );
    },
  );
});
