import { RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../lib/io/reconcile.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { compilePolicy } from '../../../lib/policy.ts';
import { addRule, ec2Of, fail, inForce } from '../../../lib/sandbox/index.ts';
import { calls, GROUP, makeEvent, makeWorld, type TestWorld, tcp } from './world.ts';

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
      'AuthorizeSecurityGroupIngress',
      'RevokeSecurityGroupIngress',
    ]);
  });

  it('keeps the description and the tags that are not of AWS itself', async () => {
    const test = makeTrimming();
    await run(test);

    expect(inForce(test.account, GROUP)[0]).toMatchObject({
      Description: 'legacy',
      Tags: [{ Key: 'team', Value: 'web' }],
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
  });

  it('revokes anyway, and says so, where adding is denied', async () => {
    const test = makeTrimming();
    fail(test.account, 'AuthorizeSecurityGroupIngress', 'UnauthorizedOperation');
    const { outcomes, kept, mail } = await run(test);

    expect([outcomes, kept]).toEqual([['revoked'], ['refused', 'refused']]);
    expect(ports(test)).toEqual([]);
    expect(mail).toContain('NOT KEPT: tcp ports 20-21');
  });

  it('opens nothing again that somebody has closed in the meantime', async () => {
    const test = makeTrimming();
    // The reads still show the rule, but it is gone.
    test.account.lag = 2;
    const gone = { GroupId: GROUP, SecurityGroupRuleIds: ['sgr-0wide'] };
    await ec2Of(test.account).send(new RevokeSecurityGroupIngressCommand(gone));

    expect(await run(test)).toMatchObject({ outcomes: ['absent'], kept: ['withdrawn', 'withdrawn'] });
    expect(ports(test)).toEqual([]);
  });

  it('can be tried again: what the first try added is there already', async () => {
    const test = makeTrimming();
    fail(test.account, 'RevokeSecurityGroupIngress', 'InternalError', 3);

    await expect(run(test)).rejects.toThrow('not revoked');
    expect(await run(test)).toMatchObject({ outcomes: ['revoked'], kept: ['present', 'present'] });
    expect(ports(test)).toEqual(['20-21', '23-25']);
  });

  it('sends nothing in a dry run, and says what it would keep', async () => {
    const test = makeTrimming([], 'dry-run');
    const { outcomes, mail, message } = await run(test);

    expect(outcomes).toEqual(['dry-run']);
    expect(calls(test).filter((api) => /Authorize|Revoke/.test(api))).toEqual([]);
    expect(message?.subject).toContain('Would trim (dry run): tcp ports 20-25 from the whole internet');
    expect(mail).toContain('would keep: tcp ports 20-21 from the whole internet');
  });

  it('tells people what stays, and machines all of it', async () => {
    const { message, mail } = await run(makeTrimming());

    expect(message?.subject).toBe(
      'Trimmed: tcp ports 20-25 from the whole internet on web-prod (111122223333, eu-west-1)',
    );
    expect(mail).toContain('kept: tcp ports 23-25 from the whole internet (0.0.0.0/0)');
    expect(mail).toContain('+ added  tcp ports 20-21 from the whole internet (0.0.0.0/0)  "legacy"');
    expect(message?.record.findings[0]).toMatchObject({
      action: 'trim',
      outcome: 'revoked',
      remainder: { losses: ['addresses'], kept: [{ outcome: 'added' }, { outcome: 'added' }] },
    });
  });
});
