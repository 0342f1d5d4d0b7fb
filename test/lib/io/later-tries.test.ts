// What tries after the first owe to the breaker, to what stays of a trimmed rule, and to the mail.
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { countedBy, openBreaker, resetBreaker } from '../../../lib/io/ledger/breaker.ts';
import { load } from '../../../lib/io/ledger/entries.ts';
import { reconcile } from '../../../lib/io/reconcile.ts';
import type { World } from '../../../lib/io/world.ts';
import { addRule, fail } from '../../../lib/sandbox/index.ts';
import { dieAt } from '../../faults/die.ts';
import {
  ACCOUNT,
  found,
  fullTags,
  GROUP,
  left,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  REGION,
  rdp,
  ssh,
  subjects,
  tcp,
  WINDOW,
  wide,
} from './world.ts';

it('a revoked rule that violated together with another is on record and told after a third try', async () => {
  const old = tcp('sgr-0old', 22, { CidrIpv4: '8.0.0.0/8' });
  const added = tcp('sgr-0new', 22, { CidrIpv4: '9.0.0.0/8' });
  const test = makeWorld([old, added]);
  const world = { ...test.world, policies: [policyOf('ssh', [22], 'revoke')] };
  const event = makeEvent([added]);
  await dieAt(world, event, 'Revoke');
  expect(left(test)).toEqual(['sgr-0old']);
  await test.world.wait(720_000);
  await dieAt(world, event, 'PutItem', 0);
  await test.world.wait(720_000);

  await reconcile(world, event);

  expect(await found(test)).toEqual([['sgr-0new', 'revoked']]);
  expect(subjects(test)).toEqual([expect.stringContaining('Revoked')]);
});

/** The writes of who opens the breaker: the intent, the opening, what is held, the claim to tell, the outcome. */
const [NOTE, CLAIM, OUTCOME] = [2, 3, 4];

it.each([
  [CLAIM, 'before it claims to'],
  [OUTCOME, 'before it does'],
])(
  'people are told of the breaker, though who is to tell dies (write %i: %s) and the bad policy is mended',
  async (write) => {
    const test = makeWorld([ssh, rdp]);
    const world = {
      ...test.world,
      policies: [policyOf('bad', [22, 3389], 'revoke')],
      config: { ...test.world.config, breakerLimit: 0 },
    };
    await dieAt(world, makeEvent([ssh]), 'PutItem', write, 'crash before');
    await reconcile(world, makeEvent([rdp], { eventID: 'event-2' }));
    await test.world.wait(720_000);

    await reconcile({ ...world, policies: [] }, makeEvent([ssh]));

    expect(subjects(test)).toEqual([expect.stringMatching(/^BREAKER OPEN in 111122223333, eu-west-1/)]);
  },
);

it('a message of the breaker about nothing else is critical, and says so in every version', async () => {
  const test = makeWorld([ssh]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 0 } };
  await dieAt(world, makeEvent([ssh]), 'PutItem', OUTCOME, 'crash before');
  await test.world.wait(720_000);

  const { messages } = await reconcile({ ...world, policies: [] }, makeEvent([ssh]));

  expect(messages.map(({ attributes }) => [attributes.severity, attributes.outcome])).toEqual([
    ['critical', ['held']],
  ]);
  expect(messages[0]?.subject).toMatch(
    /^BREAKER OPEN in 111122223333, eu-west-1. Nothing left to close on web-prod/,
  );
  expect(messages[0]?.email).toContain('THE BREAKER IS OPEN');
  expect(messages[0]?.email).toContain('Of this change nothing is left to close.');
  expect(messages[0]?.chat.content.title).toContain('BREAKER OPEN');
  expect(messages[0]?.chat.content.description).toMatch(/THE BREAKER IS OPEN.*[\s\S]*breaker reset/);
});

it.each([5, 15])(
  'people are told of the breaker (%i minutes), though who is to tell comes back when it is closed',
  async (breakerMinutes) => {
    const test = makeWorld([ssh, rdp]);
    const world = { ...test.world, config: { ...test.world.config, breakerLimit: 0, breakerMinutes } };
    await dieAt(world, makeEvent([ssh]), 'PutItem', OUTCOME, 'crash before');
    await reconcile(world, makeEvent([rdp], { eventID: 'event-2' }));
    expect(subjects(test)).toEqual([]);
    await test.world.wait(2 * 720_000 + 60_000);

    await reconcile(world, makeEvent([ssh]));

    expect(subjects(test)).toEqual([
      expect.stringMatching(/^BREAKER WAS OPEN in 111122223333, eu-west-1. LEFT OPEN/),
    ]);
    expect(mails(test)[0]).toContain('While it was open, no more was revoked');
    expect(JSON.parse(test.account.messages[0]?.versions?.https ?? '').content.nextSteps).not.toEqual([]);
    expect(mails(test)[0]).not.toContain('breaker reset');
  },
);

it('people are told of the breaker, though a dry run is deployed before who is to tell comes back', async () => {
  const test = makeWorld([ssh, rdp]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 0 } };
  await dieAt(world, makeEvent([ssh]), 'PutItem', OUTCOME, 'crash before');
  await reconcile(world, makeEvent([rdp], { eventID: 'event-2' }));
  await test.world.wait(720_000);

  await reconcile({ ...world, config: { ...world.config, mode: 'dry-run' } }, makeEvent([ssh]));

  expect(subjects(test)).toEqual([expect.stringContaining('BREAKER OPEN')]);
});

it('people are told again when the same change opens the breaker once more', async () => {
  const test = makeWorld([ssh, rdp]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 0 } };
  await dieAt(world, makeEvent([ssh]), 'PutItem', NOTE, 'crash before');
  await reconcile(world, makeEvent([rdp], { eventID: 'event-2' }));
  await test.world.wait(25 * 60_000);

  await reconcile(world, makeEvent([ssh]));

  expect(subjects(test)).toEqual([
    expect.stringMatching(/^BREAKER OPEN.*RDP/),
    expect.stringMatching(/^BREAKER OPEN.*SSH/),
  ]);
});

it.each([
  ['while it is open', 5, 'is open until 2026-06-01T12:22:00Z'],
  ['when it has closed', 25, 'was open'],
])(
  'what the breaker holds is told where a message is sent for another reason, %s',
  async (_, minutes, said) => {
    const notice = tcp('sgr-0notice', 8443);
    const test = makeWorld([ssh, rdp, notice]);
    const policies = [policyOf('ssh', [22, 3389], 'revoke'), policyOf('look', [8443], 'notify')];
    const world = { ...test.world, policies, config: { ...test.world.config, breakerLimit: 0 } };
    await reconcile(world, makeEvent([rdp], { eventID: 'event-0' }));

    // It dies when all is noted but the outcome.
    await dieAt(world, makeEvent([ssh, notice]), 'PutItem', 3, 'crash before');
    await test.world.wait(minutes * 60_000);

    await reconcile(world, makeEvent([ssh, notice]));

    expect(subjects(test)[1]).toMatch(/^LEFT OPEN: SSH from the whole internet; 1 noticed on web-prod/);
    expect(mails(test)[1]).toContain(
      'LEFT OPEN: SSH (tcp/22) from the whole internet (0.0.0.0/0) [sgr-0ssh]',
    );
    expect(mails(test)[1]).toContain(`The breaker ${said}: another message tells of it`);
  },
);

it('what stays of a rule that could not be taken away is not called kept', async () => {
  const test = makeWorld([wide]);
  const world = { ...test.world, policies: [policyOf('mysql', [3306], 'trim')] };
  fail(test.account, 'RevokeSecurityGroupIngress', 'UnauthorizedOperation');

  await reconcile(world, makeEvent([wide]));

  expect(mails(test)[0]).toContain('added already, and to stay: tcp ports 3300-3305');
  expect(mails(test)[0]).not.toMatch(/^ +(not )?kept:/m);
});

it('people are told again of a breaker that was reset, and opened again at once', async () => {
  const test = makeWorld([ssh, rdp]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 0 } };
  await reconcile(world, makeEvent([ssh]));
  await resetBreaker(world.ledger, WINDOW);

  await reconcile(world, makeEvent([rdp], { eventID: 'event-2' }));

  expect(subjects(test)).toHaveLength(2);
});

it('no quarter of an hour has more revocations than the limit, though EC2 is slow to take one', async () => {
  const test = makeWorld([ssh, rdp], 'enforce', 299_000);
  const went: number[] = [];
  const config = { ...test.world.config, breakerLimit: 1 };
  const slow = (pause: number): World => {
    const send = async (command: object) => {
      const isRevoke = command.constructor.name.startsWith('Revoke');
      if (isRevoke) await test.world.wait(pause);
      const answer = await test.world.ec2.send(command as never);
      if (isRevoke) went.push(test.world.now().getTime());
      return answer;
    };
    return { ...test.world, config, ec2: Object.assign(Object.create(test.world.ec2), { send }) };
  };
  await reconcile(slow(80_000), makeEvent([ssh]));
  await test.world.wait(Date.parse('2026-06-01T12:20:01Z') - test.world.now().getTime());

  await reconcile(slow(0), makeEvent([rdp], { eventID: 'event-2' }));

  const [first = 0, second = Number.POSITIVE_INFINITY] = went;
  expect((second - first) / 60_000).toBeGreaterThanOrEqual(15);
});

it('a retry is counted in the window that holds now, though it was counted in another', async () => {
  const test = makeWorld([ssh, rdp]);
  const config = { ...test.world.config, breakerLimit: 1 };
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile({ ...test.world, config }, makeEvent([ssh]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  await test.world.wait(720_000);
  const world = { ...test.world, config: { ...config, breakerMinutes: 60 } };

  await reconcile(world, makeEvent([ssh]));
  await reconcile(world, makeEvent([rdp], { eventID: 'event-2' }));

  expect(left(test)).toHaveLength(1);
});

it('a rule that is tried again counts once, also in a later part of the window', async () => {
  const test = makeWorld([ssh]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 1 } };
  for (let i = 0; i < 2; i += 1) {
    fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
    await expect(reconcile(world, makeEvent([ssh]))).rejects.toThrow('not revoked');
    test.account.faults.splice(0);
    await test.world.wait(720_000);
  }

  await reconcile(world, makeEvent([ssh]));

  expect(left(test)).toEqual([]);
  expect(await countedBy(world.ledger, WINDOW, world.now())).toBe(1);
});

it('a retry after one that died between its notes counts once', async () => {
  const test = makeWorld([ssh]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 1, breakerMinutes: 180 } };
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(world, makeEvent([ssh]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  await dieAt(world, makeEvent([ssh]), 'PutItem', 0);
  await test.world.wait(720_000);

  await reconcile(world, makeEvent([ssh]));

  expect(left(test)).toEqual([]);
});

it('a rule that was counted and whose note the ledger refused counts once', async () => {
  const test = makeWorld([ssh]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 1, breakerMinutes: 180 } };
  await dieAt(world, makeEvent([ssh]), 'PutItem', 1, 'throttled for a while');
  await test.world.wait(720_000);

  await reconcile(world, makeEvent([ssh]));

  expect(left(test)).toEqual([]);
});

it.each([
  [
    'died between their notes',
    async (world: World) => dieAt(world, makeEvent([ssh]), 'PutItem', 1, 'crash before'),
  ],
  [
    'were refused their note',
    async (world: World) => dieAt(world, makeEvent([ssh]), 'PutItem', 1, 'throttled for a while'),
  ],
])('a rule is not called one that comes back because two tries %s', async (_, die) => {
  const test = makeWorld([ssh]);
  for (let i = 0; i < 2; i += 1) {
    await die(test.world);
    await test.world.wait(720_000);
  }

  await reconcile(test.world, makeEvent([ssh]));

  expect(subjects(test)).toEqual([expect.stringMatching(/^Revoked/)]);
});

it('what may stay of a rule and was there before is not called added by the second try', async () => {
  const there = { ...tcp('sgr-0there', 3300), ToPort: 3305 };
  const test = makeWorld([wide, there]);
  const world = { ...test.world, policies: [policyOf('mysql', [3306], 'trim')] };
  await dieAt(world, makeEvent([wide]), 'Revoke');
  await test.world.wait(720_000);

  await reconcile(world, makeEvent([wide]));

  expect(mails(test)[0]).toContain('kept, by a rule that was there: tcp ports 3300-3305');
});

it.each([1, 2, 3])('what a try added is not called a rule that was there %i tries later', async (tries) => {
  const test = makeWorld([wide]);
  const world = { ...test.world, policies: [policyOf('mysql', [3306], 'trim')] };
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  for (let i = 0; i < tries; i += 1) {
    await expect(reconcile(world, makeEvent([wide]))).rejects.toThrow('not revoked');
    await test.world.wait(720_000);
  }
  test.account.faults.splice(0);

  await reconcile(world, makeEvent([wide]));

  expect(mails(test)[0]).not.toContain('by a rule that was there');
});

it('what an earlier try added is not called lost, though EC2 is throttled when it is to be added again', async () => {
  const test = makeWorld([wide]);
  const world = { ...test.world, policies: [policyOf('mysql', [3306], 'trim')] };
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(world, makeEvent([wide]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  fail(test.account, 'AuthorizeSecurityGroupIngress', 'RequestLimitExceeded');
  await test.world.wait(720_000);

  await reconcile(world, makeEvent([wide]));

  expect(mails(test)[0]).not.toContain('NOT KEPT');
  expect(mails(test)[0]?.match(/kept: tcp ports/g)).toHaveLength(2);
});

it('a fight over a rule that the first try revoked is told by the second, with what it does itself', async () => {
  const test = makeWorld([wide]);
  const world = {
    ...test.world,
    policies: [policyOf('ssh', [22], 'revoke'), policyOf('mysql', [3306], 'trim')],
  };
  for (const i of [1, 2, 3]) {
    const back = { ...ssh, SecurityGroupRuleId: `sgr-${i}` };
    addRule(test.account, { GroupId: GROUP, ...back });
    const event = makeEvent(i === 3 ? [back, wide] : [back], { eventID: `event-${i}` });
    if (i < 3) await reconcile(world, event);
    else await dieAt(world, event, 'Revoke');
  }
  expect(left(test)).not.toContain('sgr-3');
  await test.world.wait(720_000);

  await reconcile(world, makeEvent([{ ...ssh, SecurityGroupRuleId: 'sgr-3' }, wide], { eventID: 'event-3' }));

  expect(subjects(test).at(-1)).toMatch(/^FIGHT over a rule. Revoked: SSH .*; 1 trimmed on web-prod/);
});

it.each<[string, string, (world: World) => World]>([
  ['the policy is gone', 'Added, and left', (world) => ({ ...world, policies: [] })],
  [
    'a dry run was deployed',
    'Would trim (dry run)',
    (world) => ({ ...world, config: { ...world.config, mode: 'dry-run' } }),
  ],
  [
    'the group is protected by now',
    'LEFT OPEN',
    (world) => ({ ...world, config: { ...world.config, protected: [{ ids: [GROUP] }] } }),
  ],
  [
    'the rule is to go whole by now',
    'Revoked',
    (world) => ({ ...world, policies: [policyOf('mysql', [3306], 'revoke')] }),
  ],
])('rules that an earlier try added are told and on record, though %s', async (_, subject, meanwhile) => {
  const test = makeWorld([wide]);
  const world = { ...test.world, policies: [policyOf('mysql', [3306], 'trim')] };
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(world, makeEvent([wide]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  expect(left(test)).toHaveLength(3);
  await test.world.wait(720_000);

  const { messages } = await reconcile(meanwhile(world), makeEvent([wide]));

  expect(messages[0]?.attributes.outcome).toContain('added');
  const [mail = ''] = mails(test);
  const record = (await load(world.ledger, 'event-1'))?.record;
  expect(record?.added?.map(({ FromPort, ToPort }) => [FromPort, ToPort])).toEqual([
    [3300, 3305],
    [3307, 3310],
  ]);
  expect(subjects(test)).toEqual([expect.stringContaining(subject)]);
  expect(mail).not.toContain('nothing was changed');
  expect(mail.match(/Added, and left: .*3300-3305 .*\[sgr-/g)).toHaveLength(1);
  expect(mail.match(/^ +\+ added .*3300-3305/gm)).toHaveLength(1);
  expect(mail).not.toMatch(/^ +stays .*3300-3305/m);
  expect(mail).toMatch(/^ +(stays|- gone) +tcp ports 3300-3310/m);
  expect(mail).toContain(
    'If nobody needs it:\n  aws ec2 revoke-security-group-ingress --region eu-west-1 --group-id sg-0web --security-group-rule-ids sgr-',
  );
});

it('a dry run that comes after a revoke does not say that nothing was changed', async () => {
  const test = makeWorld([ssh, wide]);
  const policies = [policyOf('ssh', [22], 'revoke'), policyOf('mysql', [3306], 'trim')];
  await dieAt({ ...test.world, policies }, makeEvent([ssh, wide]), 'Revoke');
  await test.world.wait(720_000);
  const config = { ...test.world.config, mode: 'dry-run' as const };

  await reconcile({ ...test.world, policies, config }, makeEvent([ssh, wide]));

  expect(left(test)).toEqual(['sgr-0wide']);
  expect(subjects(test)).toEqual([expect.stringMatching(/^Revoked: SSH .*; 1 would be trimmed on web-prod/)]);
  expect(mails(test)[0]).toContain('Dry run: nothing more was changed.');
});

it('a rule that the first try revoked was not open until the second', async () => {
  const test = makeWorld([ssh]);
  await dieAt(test.world, makeEvent([ssh]), 'Revoke');
  await test.world.wait(3 * 86_400_000);

  await reconcile(test.world, makeEvent([ssh]));

  expect(mails(test)[0]).toContain('It was open for 90 seconds.');
});

it('what the first try added is shown once by the second', async () => {
  const test = makeWorld([wide]);
  const world = { ...test.world, policies: [policyOf('mysql', [3306], 'trim')] };
  await dieAt(world, makeEvent([wide]), 'Revoke');
  await test.world.wait(720_000);

  await reconcile(world, makeEvent([wide]));

  expect(mails(test)[0]?.match(/^ +(\+ added|stays) .*3300-3305/gm)).toHaveLength(1);
});

it('what a later try finds beside is on record before it is revoked', async () => {
  const test = makeWorld([ssh, rdp]);
  const event = makeEvent([ssh, rdp]);
  await dieAt(
    { ...test.world, policies: [policyOf('ssh', [22], 'revoke')] },
    event,
    'Revoke',
    0,
    'crash before',
  );
  await test.world.wait(720_000);
  await dieAt({ ...test.world, policies: [policyOf('both', [22, 3389], 'revoke')] }, event, 'Revoke');

  expect(left(test)).toEqual([]);
  expect(await found(test)).toEqual([
    ['sgr-0ssh', undefined],
    ['sgr-0rdp', undefined],
  ]);
});

it('a rule that is read again with its tags has no tags omitted', async () => {
  const few = { ...tcp('sgr-0few', 3306), ToPort: 5000, Tags: [{ Key: 'team', Value: 'web' }] };
  const many = Array.from({ length: 60 }, (_, i) => ({
    ...tcp(`sgr-0${i}`, 3307 + i),
    ToPort: 5000,
    Tags: fullTags(),
  }));
  const test = makeWorld([few, ...many]);
  const world = { ...test.world, policies: [policyOf('many', [4000], 'revoke')] };
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(world, makeEvent([few, ...many]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  // Somebody removes the others.
  test.account.rules = test.account.rules.filter(({ rule }) => rule.SecurityGroupRuleId === 'sgr-0few');
  await test.world.wait(720_000);

  await reconcile(world, makeEvent([few, ...many]));

  const record = (await load(world.ledger, 'event-1'))?.record;
  const finding = record?.findings.find(({ ruleId }) => ruleId === 'sgr-0few');
  expect(finding).toMatchObject({ outcome: 'revoked', undo: expect.stringContaining('web') });
  expect(finding?.omittedTags).toBeUndefined();
});

it('an entry fits into an item after some tries as it did after the first', async () => {
  const block = () => `2001:${randomBytes(6).toString('hex').match(/.{4}/g)?.join(':')}::/64`;
  const rules = Array.from({ length: 5 }, (_, i) =>
    tcp(`sgr-0${i}`, 22, { CidrIpv4: `${64 + 8 * i}.0.0.0/5` }),
  );
  const test = makeWorld(rules);
  const lists = Array.from({ length: 8 }, (_, i) => `pl-0${i}`);
  for (const id of lists) test.account.prefixLists.set(id, Array.from({ length: 1000 }, block));
  const world = {
    ...test.world,
    policies: [
      policyOf('ssh', [22], 'revoke', {
        match: { protocol: ['tcp'], ports: [22], source: { outside: lists } },
      }),
    ],
  };
  const sizes: number[] = [];
  const size = () => sizes.push(test.account.items.get('event-1')?.body?.B?.length ?? 0);
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  for (let i = 0; i < 5; i += 1) {
    await expect(reconcile(world, makeEvent(rules))).rejects.toThrow('not revoked');
    size();
    test.account.rules = test.account.rules.slice(1);
    await test.world.wait(720_000);
  }

  expect(sizes[0]).toBeLessThan(130_000);
  expect(sizes.at(-1)).toBeLessThan(400_000);
});

it('the message of the breaker is sent once, though another change is held in the moment it closes', async () => {
  const test = makeWorld([ssh, rdp]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 0 } };
  await reconcile(world, makeEvent([ssh]));
  const name = `breaker/${ACCOUNT}/${REGION}`;
  const until = Number(test.account.items.get(name)?.expiresAt?.N) * 1000;
  await test.world.wait(until - test.world.now().getTime() - 5);
  const send = async (command: {
    readonly input?: { readonly Key?: { readonly id?: { readonly S?: string } } };
  }) => {
    const answer = await world.ledger.client.send(command as never);
    if (command.input?.Key?.id?.S === name) await test.world.wait(10);
    return answer;
  };
  const client = Object.assign(Object.create(world.ledger.client), { send });

  await reconcile(
    { ...world, ledger: { ...world.ledger, client } },
    makeEvent([rdp], { eventID: 'event-2' }),
  );

  expect(subjects(test)).toHaveLength(1);
});

it('a mail about what was revoked says nothing of a breaker that opened later', async () => {
  const test = makeWorld([ssh]);
  await dieAt(test.world, makeEvent([ssh]), 'Revoke');
  await test.world.wait(720_000);
  await openBreaker(test.world.ledger, WINDOW, 'sweep/1', test.world.now());

  await reconcile(test.world, makeEvent([ssh]));

  expect(subjects(test)).toEqual([expect.stringMatching(/^Revoked: SSH/)]);
});
