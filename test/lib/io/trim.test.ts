import { RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { addRule, ec2Of, fail, inForce } from '../../../lib/sandbox/index.ts';
import {
  ACCOUNT,
  calls,
  GROUP,
  makeEvent,
  makeWorld,
  OWN_ROLE,
  reconcile,
  type TestWorld,
  tcp,
} from './world.ts';

const policies = [
  compilePolicy(
    policySchema.parse({
      id: 'no-ssh',
      title: 'SSH is not reachable from the internet',
      severity: 'high',
      description: 'Use Session Manager.',
      match: { ports: ['ssh'], source: 'world' },
      action: 'trim',
    }),
  ),
];
const wide = {
  ...tcp('sgr-0wide', 20),
  ToPort: 25,
  Description: 'legacy',
  Tags: [
    { Key: 'team', Value: 'web' },
    { Key: 'aws:cloudformation:stack-name', Value: 'web' },
  ],
};

function makeTrimming(
  others: readonly ReturnType<typeof tcp>[] = [],
  mode: 'enforce' | 'dry-run' = 'enforce',
): TestWorld {
  const test = makeWorld([wide, ...others], mode);
  return { ...test, world: { ...test.world, policies } };
}

/** Ports and descriptions of the rules in force. */
function ports({ account }: TestWorld): readonly string[] {
  return inForce(account, GROUP)
    .map(({ FromPort, ToPort }) => `${FromPort}-${ToPort}`)
    .toSorted();
}

async function run(test: TestWorld) {
  const { outcomes, messages } = await reconcile(test.world, makeEvent([wide]));
  const [message] = messages;
  const kept = outcomes.flatMap(({ remainder = [] }) => remainder.map((it) => it.outcome));
  return { outcomes: outcomes.map(({ outcome }) => outcome), kept, mail: message?.email ?? '', message };
}

describe('trimming a rule', () => {
  it('adds what stays before it revokes, and leaves exactly that', async () => {
    const test = makeTrimming();

    expect(await run(test)).toMatchObject({ outcomes: ['revoked'], kept: ['added', 'added'] });
    expect(ports(test)).toEqual(['20-21', '23-25']);
    expect(calls(test).filter((api) => /Authorize|Revoke/.test(api))).toEqual([
      'AuthorizeSecurityGroupIngress',
      'RevokeSecurityGroupIngress',
    ]);
  });

  it('keeps the description and the tags that are not of AWS itself', async () => {
    const test = makeTrimming();
    await run(test);

    expect(inForce(test.account, GROUP)[0]).toMatchObject({
      Description: 'legacy',
      Tags: [
        { Key: 'portcullis:record', Value: 'event-1' },
        { Key: 'team', Value: 'web' },
      ],
    });
  });

  it('does without what the group has already (A5)', async () => {
    const test = makeTrimming([{ ...tcp('sgr-0there', 23), ToPort: 25 }]);

    expect(await run(test)).toMatchObject({ outcomes: ['revoked'], kept: ['added', 'present'] });
    expect(ports(test)).toEqual(['20-21', '23-25']);
  });

  it('still closes the hole in a full group, keeps what fits in the room that the rule leaves, and says what not (A5)', async () => {
    const test = makeTrimming();
    for (let port = 1000; inForce(test.account, GROUP).length < 60; port += 1) {
      addRule(test.account, { GroupId: GROUP, ...tcp(`sgr-${port}`, port, { CidrIpv4: '10.0.0.0/8' }) });
    }
    const { outcomes, kept, mail } = await run(test);

    expect([outcomes, kept]).toEqual([['revoked'], ['added', 'refused']]);
    expect(ports(test)).toContain('20-21');
    expect(ports(test)).not.toContain('20-25');
    expect(mail).toContain('NOT KEPT: tcp ports 23-25 from the whole internet');
    expect(mail).toContain('RulesPerSecurityGroupLimitExceeded');
    expect(mail).toMatch(
      /If somebody needs it:\n +aws ec2 authorize-security-group-ingress .*"FromPort":23,"ToPort":25/,
    );
  });

  it('revokes anyway, and says so, where adding is denied', async () => {
    const test = makeTrimming();
    fail(test.account, 'AuthorizeSecurityGroupIngress', 'UnauthorizedOperation');
    const { outcomes, kept, mail } = await run(test);

    expect([outcomes, kept]).toEqual([['revoked'], ['refused', 'refused']]);
    expect(ports(test)).toEqual([]);
    expect(mail).toContain('NOT KEPT: tcp ports 20-21');
  });

  it('leaves the rule to people where adding is denied and the policy gives way, and says so', async () => {
    const test = makeTrimming();
    const giving = policies.map((policy) => ({ ...policy, otherwise: 'notify' as const }));
    fail(test.account, 'AuthorizeSecurityGroupIngress', 'UnauthorizedOperation');
    const { outcomes, mail, message } = await run({ ...test, world: { ...test.world, policies: giving } });

    expect(outcomes).toEqual([]);
    expect(ports(test)).toEqual(['20-25']);
    expect(mail).toMatch(
      /left as it is, and not trimmed: AWS refused the rules that would keep what is allowed \(UnauthorizedOperation.*\)/,
    );
    expect(message?.record.findings).toMatchObject([
      { action: 'notify', obstacle: 'refused', detail: expect.stringContaining('UnauthorizedOperation') },
    ]);
  });

  it('opens nothing again that somebody has closed in the meantime', async () => {
    const test = makeTrimming();
    const send = test.world.ec2.send.bind(test.world.ec2);
    let isGone = false;
    // The rule is removed after it was judged, and before anything is done about it.
    test.world.ec2.send = (async (command: never) => {
      if ((command as object).constructor.name === 'AuthorizeSecurityGroupIngressCommand' && !isGone) {
        isGone = true;
        const gone = { GroupId: GROUP, SecurityGroupRuleIds: ['sgr-0wide'] };
        await ec2Of(test.account).send(new RevokeSecurityGroupIngressCommand(gone));
      }
      return send(command);
    }) as never;

    expect(await run(test)).toMatchObject({ outcomes: ['absent'] });
    expect(ports(test)).toEqual([]);
  });

  it('keeps what it has added when its own revoke is carried out and the answer is lost', async () => {
    const test = makeTrimming();
    const send = test.world.ec2.send.bind(test.world.ec2);
    test.world.ec2.send = (async (command: never) => {
      const answer = await send(command);
      if ((command as object).constructor.name !== 'RevokeSecurityGroupIngressCommand') return answer;
      throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    }) as never;

    expect(await run(test)).toMatchObject({ outcomes: ['gone'], kept: ['added', 'added'] });
    expect(ports(test)).toEqual(['20-21', '23-25']);
  });

  it('tries again to keep what EC2 was too busy to take, once the rule is gone', async () => {
    const test = makeTrimming();
    fail(test.account, 'AuthorizeSecurityGroupIngress', 'RequestLimitExceeded', 4);

    expect(await run(test)).toMatchObject({ outcomes: ['revoked'], kept: ['added', 'added'] });
    expect(ports(test)).toEqual(['20-21', '23-25']);
  });

  it('keeps the rest without its tags where tagging is denied', async () => {
    const test = makeTrimming();
    fail(test.account, 'AuthorizeSecurityGroupIngress', 'UnauthorizedOperation', 1);

    expect(await run(test)).toMatchObject({ outcomes: ['revoked'], kept: ['added', 'added'] });
  });

  it('lets no dangerous rule wait: what is to be revoked whole goes first', async () => {
    const { policies: frozen } = makeWorld([]).world;
    const mysql = tcp('sgr-0mysql', 3306);
    const test = makeTrimming([mysql]);
    await reconcile(
      { ...test.world, policies: [...policies, ...frozen.filter(({ id }) => id.includes('database'))] },
      makeEvent([wide, mysql]),
    );

    expect(calls(test).filter((api) => /Authorize|Revoke/.test(api))).toEqual([
      'RevokeSecurityGroupIngress',
      'AuthorizeSecurityGroupIngress',
      'RevokeSecurityGroupIngress',
    ]);
  });

  it('can be tried again: what the first try added counts as added', async () => {
    const test = makeTrimming();
    fail(test.account, 'RevokeSecurityGroupIngress', 'InternalError', 3);

    await expect(run(test)).rejects.toThrow('not revoked');
    expect(await run(test)).toMatchObject({ outcomes: ['revoked'], kept: ['added', 'added'] });
    expect(ports(test)).toEqual(['20-21', '23-25']);
  });

  it('is not undone by the event of what stays: the bot does not judge its own additions by who it is', async () => {
    const test = makeTrimming();
    await run(test);
    const own = makeEvent(inForce(test.account, GROUP), {
      eventID: 'event-2',
      userIdentity: {
        type: 'AssumedRole',
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/portcullis-lambda/remediate`,
        sessionContext: { sessionIssuer: { arn: OWN_ROLE } },
      },
    });
    const { change } = await reconcile(
      { ...test.world, policies: [{ ...policies[0], traffic: [[0, 1e9]] }] as never },
      own,
    );

    expect(change).toMatchObject({ kind: 'none' });
    expect(ports(test)).toEqual(['20-21', '23-25']);
  });

  it('sends nothing in a dry run, and says what it would keep', async () => {
    const test = makeTrimming([], 'dry-run');
    const { outcomes, mail, message } = await run(test);

    expect(outcomes).toEqual(['dry-run']);
    expect(calls(test).filter((api) => /Authorize|Revoke/.test(api))).toEqual([]);
    expect(message?.subject).toContain('Dry run: tcp ports 20-25 open to internet');
    expect(mail).toContain('would keep: tcp ports 20-21 from the whole internet');
  });

  it('tells people what stays, and machines all of it', async () => {
    const { message, mail } = await run(makeTrimming());

    expect(message?.subject).toBe(
      'Trimmed: tcp ports 20-25 open to internet on web-prod (111122223333/eu-west-1)',
    );
    expect(mail).toContain('kept: tcp ports 23-25 from the whole internet (0.0.0.0/0)');
    expect(mail).toContain('kept: tcp ports 20-21 from the whole internet (0.0.0.0/0)');
    expect(message?.record.findings[0]).toMatchObject({
      action: 'trim',
      outcome: 'revoked',
      remainder: { losses: ['addresses'], kept: [{ outcome: 'added' }, { outcome: 'added' }] },
    });
  });
});
