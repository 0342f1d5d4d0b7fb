// A rule that waits, and that somebody else changes in the meantime: it is evaluated with who made it as it is then.
import { describe, expect, it } from 'vitest';
import { startRevoking, stopRevoking } from '../../../lib/io/ledger/breaker.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { modified, modify } from './modify.ts';
import { due, MINUTE, place, tickFor, withPolicies } from './ticking.ts';
import {
  ACCOUNT,
  left,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  reconcile,
  ssh,
  subjects,
  type TestWorld,
} from './world.ts';

const breakGlass = {
  ...{ principals: ['arn:aws:iam::*:role/break-glass'], reason: 'incidents', owner: 'o' },
  expires: '2099-01-01',
};
const HALF = { CidrIpv4: '0.0.0.0/1' };

function by(role: string): object {
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/x`;
  const sessionIssuer = { arn: `arn:aws:iam::${ACCOUNT}:role/${role}` };
  return { userIdentity: { type: 'AssumedRole', arn, sessionContext: { sessionIssuer } } };
}

/** SSH, opened by somebody. */
async function opened(role: string, policy: Policy): Promise<TestWorld> {
  const test = withPolicies(makeWorld([ssh]), policy);
  await reconcile(test.world, makeEvent([ssh], by(role)));
  return test;
}

describe('at the end of its grace a rule', () => {
  const partly = { ...breakGlass, sources: ['0.0.0.0/1'] };

  it('is closed where only the one who opened it is excused for what somebody else made of it', async () => {
    const test = await opened(
      'break-glass',
      policyOf('ssh', [22], 'revoke', { grace: '10m', exceptions: [partly] }),
    );
    await tickFor(test, 3);
    await modify(test, 'sgr-0ssh', HALF, 'e-2', by('developer'));

    await tickFor(test, 7);

    expect(left(test)).toEqual([]);
    expect(subjects(test)).toEqual([
      expect.stringMatching(/^To be revoked at/),
      expect.stringMatching(/^Revoked: SSH .*0\.0\.0\.0\/1/),
    ]);
    expect(await due(test)).toEqual([]);
  });

  it('stays where who changed it is excused, and the mail says that this is not known for certain', async () => {
    const exceptions = [breakGlass];
    const test = await opened('developer', policyOf('ssh', [22], 'revoke', { grace: '10m', exceptions }));
    await tickFor(test, 3);
    await modify(test, 'sgr-0ssh', HALF, 'e-2', by('break-glass'));

    await tickFor(test, 30);

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(subjects(test).slice(1)).toEqual([expect.stringMatching(/^Notice: SSH .*0\.0\.0\.0\/1/)]);
    expect(mails(test)[1]).toContain('may be for whoever added the rule, who is not known here');
    expect(await due(test)).toEqual([]);
  });

  it('is closed at its end though the event of a change that excuses nobody is still under way', async () => {
    const test = await opened('developer', policyOf('ssh', [22], 'revoke', { grace: '10m' }));
    await tickFor(test, 9);
    const event = await modified(test, 'sgr-0ssh', HALF, { eventID: 'e-2', ...by('developer') });
    await tickFor(test, 1);
    expect(left(test)).toEqual([]);

    await test.world.wait(2 * MINUTE);
    await reconcile(test.world, event);
    expect(subjects(test)).toHaveLength(2);
  });

  it('is evaluated with its maker where only its description has changed', async () => {
    const test = await opened(
      'break-glass',
      policyOf('ssh', [22], 'revoke', { grace: '10m', exceptions: [partly] }),
    );
    await tickFor(test, 3);
    await modify(test, 'sgr-0ssh', { Description: 'for Ann' }, 'e-2', by('developer'));
    expect(await due(test)).toHaveLength(1);

    await tickFor(test, 7);

    expect(left(test)).toEqual([]);
    expect(subjects(test)).toHaveLength(2);
  });
});

describe('what the breaker has wait', () => {
  it.each([
    ['developer', []],
    ['break-glass', ['sgr-0ssh']],
  ])('is evaluated with who changed it in the meantime: %s', async (role, stays) => {
    const other = role === 'developer' ? 'break-glass' : 'developer';
    const exceptions = [{ ...breakGlass, sources: ['0.0.0.0/1'] }];
    const made = makeWorld([ssh]);
    const policies = [policyOf('ssh', [22], 'revoke', { exceptions })];
    const test = { ...made, world: { ...made.world, policies } };
    await stopRevoking(test.world.ledger, place(test), test.world.now());
    await reconcile(test.world, makeEvent([ssh], by(other)));
    await tickFor(test, 3);
    await modify(test, 'sgr-0ssh', HALF, 'e-2', by(role));

    await startRevoking(test.world.ledger, place(test));
    await tickFor(test, 2);

    expect(left(test)).toEqual(stays);
    expect(await due(test)).toEqual([]);
  });
});
