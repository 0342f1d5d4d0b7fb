// The answer to a request is lost, after AWS has carried it out: what the bot did is called its own all the same, and what
// nobody knows is not claimed.
import { type EC2Client, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../../cli/input/record.ts';
import { chooseRules } from '../../../cli/restore/restore-plan.ts';
import { load } from '../../../lib/io/ledger/entries.ts';
import { reconcile } from '../../../lib/io/reconcile.ts';
import { addRule, ec2Of, fail, inForce } from '../../../lib/sandbox/index.ts';
import { seeing } from '../../faults/fault.ts';
import { makeRegion, sweepOnce } from './sweeping.ts';
import {
  found,
  GROUP,
  left,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  rdp,
  ssh,
  subjects,
  type TestWorld,
  tcp,
  wide,
} from './world.ts';

const MINUTE = 60_000;

type Handler = { readonly handle: (request: { readonly body?: unknown }) => Promise<unknown> };

interface Loss {
  /** Which request of the action is not answered, from 0. */
  readonly nth?: number;
  readonly isCarriedOut?: boolean;
  /** What happens before the SDK sends it again. */
  readonly next?: () => void;
}

/** A client of the SDK that gets no answer to one of its requests. */
function losing(
  test: TestWorld,
  action: string,
  { nth = 0, isCarriedOut = true, next = () => {} }: Loss = {},
) {
  const inner = ec2Of(test.account).config.requestHandler as unknown as Handler;
  let requests = -1;
  const handle: Handler['handle'] = async (request) => {
    const isOfAction = String(request.body).includes(`Action=${action}`);
    if (isOfAction) requests += 1;
    if (!isOfAction || requests !== nth) return inner.handle(request);
    if (isCarriedOut) await inner.handle(request);
    next();
    throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
  };
  return ec2Of(test.account, { requestHandler: { handle } as never });
}

/** EC2 that answers the first addition, which it carries out, with an error. */
function losingOnce(test: TestWorld, error: Error): EC2Client {
  let isLost = false;
  return seeing(test.world.ec2, async (api, _, send) => {
    const answer = await send();
    if (isLost || !api.startsWith('Authorize')) return answer;
    isLost = true;
    throw error;
  });
}

function remove({ account }: TestWorld, id: string): void {
  account.rules = account.rules.filter(({ rule }) => rule.SecurityGroupRuleId !== id);
}

describe('a revoke that the SDK sends again because it got no answer', () => {
  it('is the bot’s, though the rule is not found then', async () => {
    const test = makeWorld([ssh]);

    await reconcile({ ...test.world, ec2: losing(test, 'Revoke') }, makeEvent([ssh]));

    expect(await found(test)).toEqual([['sgr-0ssh', 'revoked']]);
  });

  it.each(['RequestLimitExceeded', 'UnauthorizedOperation'])(
    'is the bot’s, though %s comes then',
    async (code) => {
      const test = makeWorld([ssh]);
      const ec2 = losing(test, 'Revoke', {
        next: () => fail(test.account, 'RevokeSecurityGroupIngress', code),
      });

      await reconcile({ ...test.world, ec2 }, makeEvent([ssh]));

      expect(await found(test)).toEqual([['sgr-0ssh', 'revoked']]);
      expect(subjects(test)).toEqual([expect.stringMatching(/^Revoked: SSH/)]);
    },
  );

  it('was not carried out where only some of its rules have gone: these somebody else took away', async () => {
    const test = makeWorld([ssh, rdp]);
    const next = () => remove(test, 'sgr-0ssh');
    const ec2 = losing(test, 'Revoke', { isCarriedOut: false, next });

    await reconcile({ ...test.world, ec2 }, makeEvent([ssh, rdp]));

    expect(await found(test)).toEqual([
      ['sgr-0ssh', 'absent'],
      ['sgr-0rdp', 'revoked'],
    ]);
  });

  it('is the bot’s, though it is sent for each rule alone', async () => {
    const test = makeWorld([ssh, rdp]);
    test.account.lag = 3;
    // All together, all together once more, and then one by one.
    const ec2 = losing(test, 'Revoke', { nth: 2 });
    const world = { ...test.world, ec2 };
    const first = seeing(ec2, async (api, _, send) => {
      if (api.startsWith('Revoke') && left(test).length === 2) {
        await ec2Of(test.account).send(
          new RevokeSecurityGroupIngressCommand({ GroupId: GROUP, SecurityGroupRuleIds: ['sgr-0rdp'] }),
        );
      }
      return send();
    });

    await reconcile({ ...world, ec2: first }, makeEvent([ssh, rdp]));

    expect(await found(test)).toEqual([
      ['sgr-0ssh', 'revoked'],
      ['sgr-0rdp', 'absent'],
    ]);
  });

  it('is the bot’s, though it is the second because one rule had gone', async () => {
    const test = makeWorld([ssh, rdp]);
    const ec2 = losing(test, 'Revoke', { nth: 1 });
    const world = seeing(ec2, async (api, _, send) => {
      if (api.startsWith('Revoke')) remove(test, 'sgr-0rdp');
      return send();
    });

    await reconcile({ ...test.world, ec2: world }, makeEvent([ssh, rdp]));

    expect((await found(test))?.toSorted()).toEqual([
      ['sgr-0rdp', 'absent'],
      ['sgr-0ssh', 'revoked'],
    ]);
  });

  it.each([1, 2, 3])('is the bot’s, though %i reads still show the rule', async (lag) => {
    const test = makeWorld([ssh]);
    test.account.lag = lag;

    await reconcile({ ...test.world, ec2: losing(test, 'Revoke') }, makeEvent([ssh]));

    expect(await found(test)).toEqual([['sgr-0ssh', 'revoked']]);
  });

  it('is not called somebody else’s later, though nobody could look', async () => {
    const test = makeWorld([ssh]);
    const next = () => fail(test.account, 'DescribeSecurityGroupRules', 'RequestLimitExceeded');
    const ec2 = losing(test, 'Revoke', { next });
    await expect(reconcile({ ...test.world, ec2 }, makeEvent([ssh]))).rejects.toThrow('not seen to be gone');
    test.account.faults.splice(0);
    await test.world.wait(12 * MINUTE);

    await reconcile(test.world, makeEvent([ssh]));

    expect(await found(test)).toEqual([['sgr-0ssh', 'revoked']]);
  });
});

describe.each([
  ['one rule', 3306],
  ['several rules', 3300],
])('what stays of a rule, in %s,', (_, FromPort) => {
  const rule = { ...wide, FromPort };
  const policies = [policyOf('mysql', [3306], 'trim')];

  async function trimmed(test: TestWorld, ec2: EC2Client): Promise<string> {
    await reconcile({ ...test.world, ec2, policies }, makeEvent([rule]));
    return mails(test)[0] ?? '';
  }

  it('is called added, though EC2 says that it is there when the SDK asks again', async () => {
    const test = makeWorld([rule]);
    const mail = await trimmed(test, losing(test, 'Authorize'));

    expect(mail).toMatch(/^ {2}kept: tcp ports 3307-3310/m);
    expect(mail).not.toContain('by a rule that was there');
  });

  it('is called added, though EC2 says so when the bot asks again', async () => {
    const test = makeWorld([rule]);
    const ec2 = losingOnce(test, Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
    const mail = await trimmed(test, ec2);

    expect(mail).toMatch(/^ {2}kept: tcp ports 3307-3310/m);
    expect(mail).not.toContain('by a rule that was there');
  });
});

it.each([
  ['one rule', 3306],
  ['several rules', 3310],
])('what was there before is not called added, where %s may stay', async (_, ToPort) => {
  const rule = { ...wide, ToPort };
  const test = makeWorld([rule, { ...tcp('sgr-0there', 3300), ToPort: 3305 }]);
  const policies = [policyOf('mysql', [3306], 'trim')];

  await reconcile({ ...test.world, ec2: losing(test, 'Authorize'), policies }, makeEvent([rule]));

  expect(mails(test)[0]).toContain('kept, by a rule that was there: tcp ports 3300-3305');
});

it('what was added is not called lost, whatever came instead of an answer', async () => {
  const rule = { ...wide, ToPort: 3306 };
  const test = makeWorld([rule]);
  const ec2 = losingOnce(
    test,
    Object.assign(new Error('oops'), {
      name: 'ServiceUnavailable',
      $metadata: { httpStatusCode: 503 },
    }),
  );

  await reconcile({ ...test.world, ec2, policies: [policyOf('mysql', [3306], 'trim')] }, makeEvent([rule]));

  expect(mails(test)[0]).not.toContain('NOT KEPT');
});

it('what somebody else adds in the same moment is not called the bot’s', async () => {
  const test = makeWorld([wide]);
  const ec2 = seeing(test.world.ec2, async (api, _, send) => {
    if (api.startsWith('Authorize') && inForce(test.account, GROUP).length === 1) {
      addRule(test.account, { GroupId: GROUP, ...tcp('sgr-0theirs', 3300), ToPort: 3305 });
    }
    return send();
  });
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  const trim = { ...test.world, ec2, policies: [policyOf('mysql', [3306], 'trim')] };
  await expect(reconcile(trim, makeEvent([wide]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  await test.world.wait(12 * MINUTE);

  await reconcile({ ...test.world, policies: [policyOf('mysql', [3306], 'revoke')] }, makeEvent([wide]));

  expect(mails(test)[0]).not.toContain('sgr-0theirs]');
});

it.each([
  ['was there to be asked', { code: 'ECONNREFUSED' }],
  ['had the right to ask', { name: 'CredentialsProviderError' }],
])('a revoke that never left, because nobody %s, is not called the bot’s', async (_, error) => {
  const test = makeWorld([ssh]);
  const ec2 = seeing(test.world.ec2, async (api, _, send) => {
    if (api.startsWith('Revoke')) throw Object.assign(new Error('not sent'), error);
    return send();
  });
  await expect(reconcile({ ...test.world, ec2 }, makeEvent([ssh]))).rejects.toThrow('not revoked');
  test.account.rules = [];
  await test.world.wait(12 * MINUTE);

  await reconcile(test.world, makeEvent([ssh]));

  expect(await found(test)).toEqual([['sgr-0ssh', 'absent']]);
});

/** EC2 that takes the revoke, and answers nothing for a while. */
function outage(test: TestWorld) {
  let looks = 0;
  let isSent = false;
  return seeing(test.world.ec2, async (api, _, send) => {
    if (isSent && api.startsWith('Describe')) {
      looks += 1;
      if (looks < 5) throw new Error('no answer');
    }
    const answer = await send();
    if (!api.startsWith('Revoke')) return answer;
    isSent = true;
    throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
  });
}

describe('a rule of which nobody has seen that it is gone', () => {
  async function atLastTry() {
    const test = makeWorld([ssh]);
    const world = { ...test.world, ec2: outage(test), isLastTry: true };
    await expect(reconcile(world, makeEvent([ssh]))).rejects.toThrow('not seen to be gone');
    expect(left(test)).toEqual([]);
    return test;
  }

  it('is neither called gone nor there, and the mail has the commands that bring it back', async () => {
    const [mail = ''] = mails(await atLastTry());

    expect(mail).toMatch(/^Revoke not confirmed: SSH/);
    expect(mail).toMatch(/^ {2}\? gone {3}SSH/m);
    expect(mail).not.toMatch(/^ +stays/m);
    expect(mail).toContain('restore event-1 --region eu-west-1 --table ledger --rule sgr-0ssh');
    expect(mail).toContain('aws ec2 authorize-security-group-ingress');
  });

  it('is not said to be trimmed', async () => {
    const test = makeWorld([wide]);
    const policies = [policyOf('mysql', [3306], 'trim')];
    const world = { ...test.world, ec2: outage(test), policies, isLastTry: true };
    await expect(reconcile(world, makeEvent([wide]))).rejects.toThrow('not seen to be gone');

    expect(subjects(test)).toEqual([expect.stringMatching(/^Revoke not confirmed: tcp ports 3300-3310/)]);
    expect(mails(test)[0]).toContain('added already, and to stay: tcp ports 3300-3305');
    expect(mails(test)[0]).not.toMatch(/^ +kept:/m);
  });

  it('has what may stay of it added once it has left room', async () => {
    const rule = { ...wide, ToPort: 3306 };
    const test = makeWorld([rule]);
    fail(test.account, 'AuthorizeSecurityGroupIngress', 'RulesPerSecurityGroupLimitExceeded', 1);
    const policies = [policyOf('mysql', [3306], 'trim')];
    const world = { ...test.world, ec2: outage(test), policies };
    await expect(reconcile(world, makeEvent([rule]))).rejects.toThrow('not seen to be gone');

    expect(inForce(test.account, GROUP).map(({ ToPort }) => ToPort)).toEqual([3305]);
  });

  it('has the command for what may stay of it, where there never was room', async () => {
    const rule = { ...wide, ToPort: 3306 };
    const test = makeWorld([rule]);
    fail(test.account, 'AuthorizeSecurityGroupIngress', 'RulesPerSecurityGroupLimitExceeded');
    const policies = [policyOf('mysql', [3306], 'trim')];
    const world = { ...test.world, ec2: outage(test), policies, isLastTry: true };
    await expect(reconcile(world, makeEvent([rule]))).rejects.toThrow('not seen to be gone');

    expect(mails(test)[0]).toMatch(/NOT KEPT[\s\S]*authorize-security-group-ingress.*"ToPort":3305/);
  });

  it('can be put back by its name, and by none is left as it is', async () => {
    const entry = await load((await atLastTry()).world.ledger, 'event-1');
    const record = parseRecord('the ledger', JSON.parse(JSON.stringify(entry?.record)));

    expect(chooseRules(record, ['sgr-0ssh'])).toHaveLength(1);
    expect(chooseRules(record)).toEqual([]);
  });

  it('is taken away, if it is there after all, when the event is sent back', async () => {
    const test = makeWorld([ssh]);
    const ec2 = seeing(test.world.ec2, async (api, _, send) => {
      if (api.startsWith('Revoke')) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
      return send();
    });
    const world = { ...test.world, ec2, isLastTry: true };
    await expect(reconcile(world, makeEvent([ssh]))).rejects.toThrow('not seen to be gone');

    await reconcile(test.world, makeEvent([ssh]));

    expect(left(test)).toEqual([]);
    expect(await found(test, 'event-1.2')).toEqual([['sgr-0ssh', 'revoked']]);
  });

  it('is not said to be open by the digest of a sweep', async () => {
    const region = makeRegion(1, () => true);

    await sweepOnce({ ...region, world: { ...region.world, ec2: outage(region) } }, { mode: 'enforce' });

    expect(mails(region)[0]).toContain('1 not confirmed: may be gone');
    expect(mails(region)[0]).not.toContain('could not be revoked');
    expect(mails(region)[0]).toContain('aws ec2 authorize-security-group-ingress');
    expect(mails(region)[0]).toContain('--table ledger --rule sgr-0-22');
  });
});
