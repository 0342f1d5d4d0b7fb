import { ModifySecurityGroupRulesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { NotVisibleError } from '../../../lib/remediation/changed-rules.ts';
import { addGroup, ec2Of } from '../../../lib/sandbox/index.ts';
import { sweepBeforeRules } from './sweeping.ts';
import { GROUP, left, makeEvent, makeWorld, outcomes, reconcile, ssh, tcp } from './world.ts';

const FRESH = 5000;

function modifyEvent(rule: object): object {
  const requestParameters = {
    ModifySecurityGroupRulesRequest: {
      GroupId: GROUP,
      SecurityGroupRule: { SecurityGroupRuleId: 'sgr-0ssh', tag: 1, SecurityGroupRule: rule },
    },
  };
  return makeEvent([], { eventName: 'ModifySecurityGroupRules', requestParameters, responseElements: null });
}

describe('a rule that is not visible yet', () => {
  it('is looked for again, and closed when it shows', async () => {
    const test = makeWorld([ssh], 'enforce', FRESH);
    for (const stored of test.account.rules) stored.hiddenFor = 2;

    expect(await outcomes(test, makeEvent([ssh]))).toEqual(['sgr-0ssh: revoked']);
    expect(test.pauses).toEqual([2000, 4000]);
  });

  it('sends the event back to be tried later, while it is fresh', async () => {
    const test = makeWorld([ssh], 'enforce', FRESH);
    for (const stored of test.account.rules) stored.hiddenFor = 100;

    await expect(reconcile(test.world, makeEvent([ssh]))).rejects.toThrow(NotVisibleError);
    expect(test.pauses).toEqual([2000, 4000, 8000]);
  });

  it('has been removed by somebody, when the event is old: nothing to do, nothing to tell', async () => {
    const test = makeWorld([]);

    expect(await outcomes(test, makeEvent([ssh]))).toEqual([]);
    expect(test.account.messages).toEqual([]);
  });

  it('does not keep the visible rules of a fresh event open', async () => {
    const test = makeWorld([ssh], 'enforce', FRESH);

    const event = makeEvent([ssh, tcp('sgr-0later', 3389)]);

    await expect(reconcile(test.world, event)).rejects.toThrow(NotVisibleError);
    expect(left(test)).toEqual([]);
    expect(test.account.messages).toHaveLength(1);
  });

  it('does not keep the other rules of the event open', async () => {
    const test = makeWorld([ssh]);

    expect(await outcomes(test, makeEvent([ssh, tcp('sgr-0gone', 3389)]))).toEqual(['sgr-0ssh: revoked']);
  });
});

describe('a modified rule', () => {
  it('is judged as it is after the change', async () => {
    const test = makeWorld([tcp('sgr-0ssh', 22, { CidrIpv4: '10.0.0.0/8' })]);
    const change = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' };
    await ec2Of(test.account).send(
      new ModifySecurityGroupRulesCommand({
        GroupId: GROUP,
        SecurityGroupRules: [{ SecurityGroupRuleId: 'sgr-0ssh', SecurityGroupRule: change }],
      }),
    );

    expect(await outcomes(test, modifyEvent(change))).toEqual(['sgr-0ssh: revoked']);
  });

  it('is shown though its event does not say that it is an egress rule', async () => {
    const mail = { IpProtocol: 'tcp', FromPort: 25, ToPort: 25, CidrIpv4: '0.0.0.0/0' };
    const test = makeWorld([{ ...tcp('sgr-0ssh', 25), IsEgress: true }], 'enforce', FRESH);

    await reconcile(test.world, modifyEvent(mail));

    expect(test.pauses).toEqual([]);
  });

  it('whose old content is still shown is not taken for compliant while the event is fresh', async () => {
    const test = makeWorld([tcp('sgr-0ssh', 22, { CidrIpv4: '10.0.0.0/8' })], 'enforce', FRESH);
    const event = modifyEvent({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' });

    await expect(reconcile(test.world, event)).rejects.toThrow(NotVisibleError);
  });

  it('that is shown later than the other rules of its event is closed when it shows', async () => {
    const narrow = tcp('sgr-0late', 3389, { CidrIpv4: '10.0.0.0/8' });
    const test = makeWorld([ssh, narrow], 'enforce', FRESH);
    const updates = [ssh, { ...narrow, CidrIpv4: '0.0.0.0/0' }].map(
      ({ SecurityGroupRuleId, IpProtocol, FromPort, ToPort, CidrIpv4 }) => ({
        SecurityGroupRuleId,
        SecurityGroupRule: { IpProtocol, FromPort, ToPort, CidrIpv4 },
      }),
    );
    const request = { GroupId: GROUP, SecurityGroupRule: updates };
    const requestParameters = { ModifySecurityGroupRulesRequest: request };
    const event = makeEvent([], {
      eventName: 'ModifySecurityGroupRules',
      requestParameters,
      responseElements: null,
    });
    await expect(reconcile(test.world, event)).rejects.toThrow(NotVisibleError);
    expect(left(test)).toEqual(['sgr-0late']);

    const late = { GroupId: GROUP, SecurityGroupRules: updates.slice(1) };
    await ec2Of(test.account).send(new ModifySecurityGroupRulesCommand(late));
    await test.world.wait(720_000);

    expect(await outcomes(test, event)).toEqual(['sgr-0late: revoked']);
  });
});

describe('an event without rule ids', () => {
  const requestParameters = {
    groupId: GROUP,
    ipPermissions: {},
    ipProtocol: 'tcp',
    fromPort: 22,
    toPort: 22,
    cidrIp: '198.51.100.7/0',
  };

  it('finds its rules by content, however that is spelled', async () => {
    const test = makeWorld([ssh, tcp('sgr-0rdp', 3389)]);

    const event = makeEvent([], { requestParameters, responseElements: { _return: true } });

    expect(await outcomes(test, event)).toEqual(['sgr-0ssh: revoked']);
    expect(left(test)).toEqual(['sgr-0rdp']);
  });

  it('that names no rule at all is about every rule of that direction that the last sweep did not see', async () => {
    const test = makeWorld([ssh, tcp('sgr-0https', 443), { ...tcp('sgr-0out', 22), IsEgress: true }]);
    await sweepBeforeRules(test);

    const event = makeEvent([], { requestParameters: { groupId: GROUP }, responseElements: null });

    expect(await outcomes(test, event)).toEqual(['sgr-0ssh: revoked']);
    expect(left(test)).toEqual(['sgr-0https', 'sgr-0out']);
  });
});

describe('an event that names its group', () => {
  const byName = {
    groupName: 'web-prod',
    ipPermissions: {},
    ipProtocol: 'tcp',
    fromPort: 22,
    toPort: 22,
    cidrIp: '0.0.0.0/0',
  };

  it('by name finds it', async () => {
    const test = makeWorld([ssh]);

    const event = makeEvent([], { requestParameters: byName, responseElements: { _return: true } });

    expect(await outcomes(test, event)).toEqual(['sgr-0ssh: revoked']);
  });

  it('by a name that several groups have touches none of them', async () => {
    const test = makeWorld([ssh]);
    addGroup(test.account, { GroupId: 'sg-0twin', GroupName: 'web-prod', VpcId: 'vpc-0third' });

    const event = makeEvent([], { requestParameters: byName, responseElements: { _return: true } });

    await expect(reconcile(test.world, event)).rejects.toThrow('2 groups are named');
    expect(left(test)).toEqual(['sgr-0ssh']);
  });

  it('by a name with wildcards finds only a group of that very name', async () => {
    const test = makeWorld([ssh]);

    const event = makeEvent([], {
      requestParameters: { ...byName, groupName: 'web-*' },
      responseElements: { _return: true },
    });

    expect(await outcomes(test, event)).toEqual([]);
    expect(left(test)).toEqual(['sgr-0ssh']);
  });

  it('not at all, but by its rules, finds it', async () => {
    const test = makeWorld([ssh]);
    const [item] = [
      { securityGroupRuleId: 'sgr-0ssh', ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIpv4: '0.0.0.0/0' },
    ];

    const event = makeEvent([], {
      requestParameters: null,
      responseElements: { _return: true, securityGroupRuleSet: { items: [item] } },
    });

    expect(await outcomes(test, event)).toEqual(['sgr-0ssh: revoked']);
  });
});
