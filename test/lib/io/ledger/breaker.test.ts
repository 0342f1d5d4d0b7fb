// The breaker under accidents: calls that take long, other settings, a reset.
import { expect, it } from 'vitest';
import { count, openBreaker, resetBreaker } from '../../../../lib/io/ledger/breaker.ts';
import { dieAt } from '../../../faults/die.ts';
import { seeing } from '../../../faults/fault.ts';
import {
  left,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  rdp,
  reconcile,
  ssh,
  subjects,
  tcp,
  WINDOW,
} from '../world.ts';

const MINUTE = 60_000;

it('no stretch of time has more revocations than the limit, however long it takes to add what stays', async () => {
  const wide = { ...tcp('sgr-0wide', 3300), ToPort: 3310 };
  const test = makeWorld([wide, ssh]);
  const policies = [policyOf('mysql', [3306], 'trim'), policyOf('ssh', [22], 'revoke')];
  const slow = seeing(test.world.ec2, async (api, _, send) => {
    if (api.startsWith('Authorize')) await test.world.wait(7 * MINUTE);
    return send();
  });
  const world = { ...test.world, policies, config: { ...test.world.config, breakerLimit: 1 } };
  const begin = test.world.now().getTime();
  await reconcile({ ...world, ec2: slow }, makeEvent([wide]));
  await test.world.wait(begin + 20 * MINUTE - test.world.now().getTime());

  await reconcile(world, makeEvent([ssh], { eventID: 'event-2' }));

  expect(left(test)).not.toContain('sgr-0wide');
  expect(left(test)).toContain('sgr-0ssh');
});

it('no stretch of time has more revocations than the limit, though its minutes are changed', async () => {
  const test = makeWorld([ssh, rdp]);
  const config = { ...test.world.config, breakerLimit: 1 };
  await reconcile({ ...test.world, config }, makeEvent([ssh]));
  await test.world.wait(5 * MINUTE);

  const changed = { ...config, breakerMinutes: 16 };
  await reconcile({ ...test.world, config: changed }, makeEvent([rdp], { eventID: 'event-2' }));

  expect(left(test)).toHaveLength(1);
});

it('who opens the breaker again after a reset tells of it', async () => {
  const test = makeWorld([ssh, rdp]);
  const config = { ...test.world.config, breakerLimit: 0, breakerMinutes: 60 };
  const world = { ...test.world, config };
  // It opens the breaker and dies before it notes so; another change tells.
  await dieAt(world, makeEvent([ssh]), 'breaker/');
  await reconcile(world, makeEvent([rdp], { eventID: 'event-2' }));
  await resetBreaker(world.ledger, WINDOW);
  await test.world.wait(12 * MINUTE);

  await reconcile(world, makeEvent([ssh]));

  expect(left(test)).toContain('sgr-0ssh');
  expect(subjects(test)).toEqual([
    expect.stringMatching(/^BREAKER OPEN.*RDP/),
    expect.stringMatching(/^BREAKER OPEN.*SSH/),
  ]);
});

it.each([
  ['was reset', 0],
  ['was reset, and opened anew by another change,', 1],
  ['was reset, and opened anew by the change itself,', 2],
])('a breaker that %s is not called open by who comes late', async (_, openings) => {
  const test = makeWorld([ssh]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 0 } };
  await dieAt(world, makeEvent([ssh]), 'resolved', 'crash before');
  await resetBreaker(world.ledger, WINDOW);
  await test.world.wait(12 * MINUTE);
  if (openings > 0)
    await openBreaker(world.ledger, WINDOW, openings === 1 ? 'event-2' : 'event-1', world.now());

  await reconcile(world, makeEvent([ssh]));

  expect(subjects(test)).toEqual([expect.stringMatching(/^BREAKER WAS OPEN/)]);
  expect(mails(test)[0]).not.toContain('THE BREAKER IS OPEN');
});

it('what it has forgotten and cannot throw away keeps no rule open', async () => {
  const test = makeWorld([ssh, rdp]);
  await reconcile(test.world, makeEvent([ssh]));
  await test.world.wait(40 * MINUTE);
  const client = seeing(test.world.ledger.client, async (_, { input }, send) => {
    if (input.UpdateExpression?.includes('DELETE')) throw new Error('slow down');
    return send();
  });

  await reconcile(
    { ...test.world, ledger: { ...test.world.ledger, client } },
    makeEvent([rdp], { eventID: 'event-2' }),
  );

  expect(left(test)).toEqual([]);
});

it('counts as many rules as its limit may be, in one item', async () => {
  const { ledger } = makeWorld([]).world;
  const ids = Array.from({ length: 5000 }, (_, i) => `sgr-${String(i).padStart(17, '0')}`);
  const at = (second: number) => new Date(Date.UTC(2026, 5, 1, 12, 0, second));
  for (let i = 0; i < 5; i += 1) await count(ledger, WINDOW, ids.slice(i * 1000, (i + 1) * 1000), at(i));

  // Each is counted once more as it is sent.
  expect(await count(ledger, WINDOW, ids, at(10))).toBe(5000);
});
