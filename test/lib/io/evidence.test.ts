// Who came in while a rule was open: asked of flow logs once these had time to record it, and reported in the thread of the first message.
import { beforeEach, describe, expect, it } from 'vitest';
import { askEvidence } from '../../../lib/io/ask-evidence.ts';
import { load } from '../../../lib/io/ledger/entries.ts';
import { loadEvidence } from '../../../lib/io/ledger/evidence.ts';
import { addGroup, addRule, fail, logsOf } from '../../../lib/sandbox/index.ts';
import { addInstance, addPublicSubnet } from '../sandbox/network.ts';
import { calls, GROUP, makeEvent, makeWorld, reconcile, ssh, type TestWorld, tcp } from './world.ts';

/** The web server of the story: its pages for everybody, its shell for one address. */
const WEB = [
  tcp('sgr-0http', 80),
  tcp('sgr-0https', 443),
  tcp('sgr-0office', 22, { CidrIpv4: '8.8.4.200/32' }),
];
const MINUTE = 60_000;
/** The event is of 12:00:00, and the rule is closed 90 seconds later. */
const OPENED = Date.parse('2026-06-01T12:00:00Z') / 1000;
const CLOSED = OPENED + 90;

interface Flow {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly [from: number, to: number];
  readonly bytes?: number;
  readonly start?: number;
  readonly end?: number;
}

const SERVER = '10.0.0.1';
const inbound = (from: string, more: Partial<Flow> = {}): Flow => ({
  from,
  to: SERVER,
  ports: [50_000, 22],
  ...more,
});
const outbound = (to: string, more: Partial<Flow> = {}): Flow => ({
  from: SERVER,
  to,
  ports: [22, 50_000],
  ...more,
});

function makeStory(): TestWorld {
  const made = makeWorld([...WEB, ssh]);
  addPublicSubnet(made.account);
  addInstance(made.account, 1, [GROUP], '203.0.113.7');
  made.account.network.flowLogs.push({
    ...{ FlowLogId: 'fl-1', ResourceId: 'vpc-0abc', LogGroupName: 'flows', FlowLogStatus: 'ACTIVE' },
    ...{ TrafficType: 'ALL' as const, LogDestinationType: 'cloud-watch-logs' as const },
  });
  made.account.logGroups.set('flows', new Map([['eni-01-all', []]]));
  const config = { ...made.world.config, flowLogs: ['flows'] };
  return { ...made, world: { ...made.world, config } };
}

function record({ account }: TestWorld, flows: readonly Flow[]): void {
  const events = flows.map(({ from, to, ports, bytes = 300, start = OPENED + 5, end = OPENED + 80 }) => ({
    timestamp: start * 1000,
    message: `2 111122223333 eni-01 ${from} ${to} ${ports.join(' ')} 6 5 ${bytes} ${start} ${end} ACCEPT OK`,
  }));
  account.logGroups.get('flows')?.set('eni-01-all', events);
}

/** What the handler does so many minutes after the revoke. */
function askAfter(test: TestWorld, minutes: number) {
  const logs = logsOf(test.account);
  const now = () => new Date(CLOSED * 1000 + minutes * MINUTE);
  return askEvidence({ ...test.world, logs, now });
}

const mails = ({ account }: TestWorld) => account.messages.map(({ versions }) => versions?.email ?? '');

let story: TestWorld;
beforeEach(async () => {
  story = makeStory();
  await reconcile(story.world, makeEvent([ssh]));
});

describe('the story of a web server', () => {
  it('begins with a message that says what could be reached, and when flow logs are asked', () => {
    expect(mails(story)).toHaveLength(1);
    expect(mails(story)[0]).toMatchInlineSnapshot(`
      "Portcullis revoked 1 rule of security group web-prod (sg-0web, account 111122223333, eu-west-1) because it violated a policy:

        - inbound SSH (tcp/22) from the whole internet (0.0.0.0/0)  sgr-0ssh

      Exposure   Open for about 90 seconds. While it was open, packets from the internet could reach i-01 (web-1) at 203.0.113.7, tcp/22; whether anything answered there is not known.
                 Open connections continue until they end: check i-01.
      Flow logs  Checked 15 and 60 minutes after the revoke. A second message follows only if somebody came in.
      Added by   somebody unknown, 2026-06-01 12:00 UTC
      Policy     no-world-open-admin (critical); also no-world-open-high-risk (critical) and web-only-to-the-world (high)
      Instead    Use Session Manager, which needs no inbound rule, or allow only your VPN, the range of EC2
                 Instance Connect, or the security group of an EC2 Instance Connect Endpoint.
      Need it?   Ask the people who run Portcullis for an exception first: without one, Portcullis revokes the rule again.
                 Then, in a clone of Portcullis or with the AWS CLI:
                 npx --no -- portcullis restore event-1 --stage prod --region eu-west-1
                 aws ec2 authorize-security-group-ingress --region eu-west-1 --group-id sg-0web --ip-permissions '[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]'

      Record event-1
      "
    `);
  });

  it('continues with one that says who came in, and who got an answer', async () => {
    record(story, [
      inbound('9.9.9.77'),
      outbound('9.9.9.77', { bytes: 9000 }),
      inbound('8.8.4.4', { bytes: 200 }),
      outbound('8.8.4.4', { bytes: 200 }),
      inbound('8.8.4.200'),
      inbound('8.8.8.8', { ports: [50_000, 443] }),
    ]);

    expect(await askAfter(story, 15)).toEqual({ due: 1, asked: 1, reported: 1 });
    const [first, second] = story.account.messages;
    expect(second?.subject).toBe(`Re: ${first?.subject}`);
    expect(second?.versions?.email).toMatchInlineSnapshot(`
      "While the rule was open, packets from 2 addresses got through, and 1 address got an answer.
      Security group web-prod (sg-0web), account 111122223333, eu-west-1.

        9.9.9.77  tcp/22  on i-01 (web-1)  answered        5 packets, 300 bytes in
        8.8.4.4   tcp/22  on i-01 (web-1)  no answer seen  5 packets, 200 bytes in

      Means      These packets passed the security groups and the network ACL. Flow logs do not record logins.
                 Packets from 1 more address got through too, but other rules also allow them.
      Do now     Look at the logs of what answered: did anybody log in, and from where?
      Looked at  VPC Flow Logs from 2026-06-01 12:00 UTC to 2026-06-01 12:02 UTC
      Ask again  npx --no -- portcullis evidence event-1 --stage prod --region eu-west-1

      Record event-1
      "
    `);
  });

  it('says the same in the thread of the chat, and to machines', async () => {
    record(story, [inbound('9.9.9.77'), outbound('9.9.9.77', { bytes: 9000 })]);
    await askAfter(story, 15);
    const [first, second] = story.account.messages.map(({ versions }) => JSON.parse(versions?.https ?? ''));

    expect(second.metadata.threadId).toBe(first.metadata.threadId);
    expect(second.content.title).toBe(`Re: ${first.content.title}`);
    expect(second.content.description).toContain(
      'packets from 1 address got through, and 1 address got an answer',
    );
    expect(story.account.messages[1]?.attributes).toMatchObject({
      evidence: 'answered',
      outcome: ['evidence'],
      severity: 'critical',
    });
    expect(JSON.parse(story.account.messages[1]?.versions?.default ?? '')).toMatchObject({
      kind: 'evidence',
      group: { id: GROUP },
      evidence: { grade: 'answered', counts: { answered: 1 }, gaps: [] },
    });
  });

  it('ends there where nobody came in', async () => {
    record(story, [inbound('8.8.4.200'), inbound('8.8.8.8', { ports: [50_000, 443] })]);

    expect(await askAfter(story, 15)).toEqual({ due: 1, asked: 1, reported: 0 });
    expect(await askAfter(story, 60)).toEqual({ due: 1, asked: 1, reported: 0 });
    expect(mails(story)).toHaveLength(1);
  });

  it('advises to cut connections that go on after the revoke', async () => {
    record(story, [inbound('9.9.9.77'), inbound('9.9.9.77', { start: CLOSED + 120, end: CLOSED + 170 })]);
    await askAfter(story, 15);

    expect(mails(story)[1]).toContain('1 address still has an open connection.');
    expect(mails(story)[1]).toContain(
      'Cut the open connections: revoking a rule does not end connections that are tracked.',
    );
  });
});

describe('flow logs', () => {
  it('are asked at 15 and at 60 minutes, and no more', async () => {
    const asked = [];
    for (const minutes of [14, 15, 20, 59, 60, 70]) asked.push((await askAfter(story, minutes)).asked);

    expect(asked).toEqual([0, 1, 0, 0, 1, 0]);
  });

  it('are reported again only where more is seen the second time', async () => {
    record(story, [inbound('9.9.9.77')]);
    const first = await askAfter(story, 15);
    const same = await askAfter(story, 60);

    expect([first.reported, same.reported]).toEqual([1, 0]);

    const other = makeStory();
    await reconcile(other.world, makeEvent([ssh]));
    record(other, [inbound('9.9.9.77')]);
    await askAfter(other, 15);
    record(other, [inbound('9.9.9.77'), inbound('9.9.9.78')]);

    expect((await askAfter(other, 60)).reported).toBe(1);
  });

  it('are read in pages, empty ones among them, by stream and time', async () => {
    record(
      story,
      Array.from({ length: 12 }, (_, i) => inbound(`9.9.9.${i}`)),
    );
    story.account.pageSize = 5;
    await askAfter(story, 15);
    const reads = story.account.calls.filter(({ api }) => api === 'FilterLogEvents');

    expect(mails(story)[1]).toContain('packets from 12 addresses got through');
    expect(reads).toHaveLength(4);
    expect(reads[0]?.input).toEqual({
      logGroupName: 'flows',
      logStreamNamePrefix: 'eni-01',
      startTime: OPENED * 1000 - 11 * MINUTE,
      endTime: CLOSED * 1000 + 15 * MINUTE,
    });
  });

  it('that cannot be read are a gap, an error for the operator, and no second message', async () => {
    fail(story.account, 'FilterLogEvents', 'AccessDeniedException');

    await expect(askAfter(story, 15)).rejects.toThrow('flow logs could not be asked who came in');
    const { evidence } = Object.assign({}, ...story.log.map(([, extra]) => extra));
    expect(evidence.gaps).toContain('log group flows cannot be read: AccessDeniedException');
    expect(mails(story)).toHaveLength(1);
  });

  it('are not read where the settings no longer name their log group', async () => {
    record(story, [inbound('9.9.9.77')]);
    const later = {
      ...story,
      world: { ...story.world, config: { ...story.world.config, flowLogs: ['others'] } },
    };

    expect(await askAfter(later, 15)).toMatchObject({ asked: 1, reported: 0 });
    expect(calls(story)).not.toContain('FilterLogEvents');
  });

  it('are asked by an item of their own, of which the record knows nothing', async () => {
    const entry = await load(story.world.ledger, 'event-1');

    expect(entry).toMatchObject({ state: 'notified' });
    expect(entry).not.toHaveProperty('question');
    expect(await loadEvidence(story.world.ledger, 'event-1')).toMatchObject({ asked: 0 });
  });

  it('are asked again where the message cannot be published', async () => {
    record(story, [inbound('9.9.9.77')]);
    fail(story.account, 'Publish', 'InternalError', 100);
    await expect(askAfter(story, 15)).rejects.toThrow('flow logs could not be asked');
    story.account.faults.length = 0;

    expect(await askAfter(story, 20)).toMatchObject({ asked: 1, reported: 1 });
  });

  it('are left to the next invocation where there is no time', async () => {
    const late = { ...story, world: { ...story.world, timeLeft: () => 59_000 } };

    expect(await askAfter(late, 15)).toEqual({ due: 1, asked: 0, reported: 0 });
    expect((await askAfter(story, 16)).asked).toBe(1);
  });
});

describe('a first message', () => {
  const about = async (change: (test: TestWorld) => void, test = makeStory()) => {
    change(test);
    await reconcile(test.world, makeEvent([ssh]));
    return { mail: mails(test)[0] ?? '', test };
  };

  it('says what stood in the way: a network ACL', async () => {
    const { mail } = await about(({ account }) => {
      const denial = {
        RuleNumber: 50,
        RuleAction: 'deny' as const,
        Protocol: '6',
        CidrBlock: '0.0.0.0/0',
        Egress: false,
      };
      account.network.acls[0]?.Entries?.push({ ...denial, PortRange: { From: 22, To: 22 } });
    });

    expect(mail).toContain('No direct path from the internet: network ACL acl-0abc rule 50 denies it.');
  });

  it('says that there are no flow logs, with the command that switches them on', async () => {
    const { mail, test } = await about(({ account }) => account.network.flowLogs.splice(0));

    expect(mail).toContain(
      'Flow logs  None for vpc-0abc, so nobody can say who came in. Switch them on: aws ec2 create-flow-logs --region eu-west-1 --resource-type VPC --resource-ids vpc-0abc',
    );
    expect(await askAfter(test, 15)).toMatchObject({ due: 0 });
  });

  it('says so once for each VPC, and again after 30 days', async () => {
    const { test } = await about(({ account }) => account.network.flowLogs.splice(0));
    const openAgain = async (number: number) => {
      const rule = tcp(`sgr-${number}`, 22);
      addRule(test.account, { GroupId: GROUP, ...rule });
      await reconcile(test.world, makeEvent([rule], { eventID: `event-${number}` }));
      return mails(test).at(-1)?.includes('None for vpc-0abc');
    };
    const said = [await openAgain(2), await openAgain(3)];
    await test.world.wait(31 * 24 * 60 * MINUTE);

    expect([...said, await openAgain(4), await openAgain(5)]).toEqual([false, false, true, false]);
    const { default: machine = '' } = test.account.messages[1]?.versions ?? {};
    expect(JSON.parse(machine).exposure.flowLogs).toMatchObject({ kind: 'none', isNews: false });
  });

  it('says so where it cannot be stored that it did, and is not lost', async () => {
    const { mail, test } = await about(({ account }) => {
      account.network.flowLogs.splice(0);
      // The write that follows the reads around the group.
      const run = () => fail(account, 'PutItem', 'InternalServerError', 3);
      account.hooks.push({ api: 'DescribeFlowLogs', times: 1, run });
    });

    expect(mail).toContain('Flow logs  None for vpc-0abc');
    expect((await load(test.world.ledger, 'event-1'))?.state).toBe('notified');
  });

  it('takes one call more to say so, after the rule is revoked', async () => {
    const { test } = await about(({ account }) => account.network.flowLogs.splice(0));
    const writes = (all: readonly string[]) => all.filter((api) => !/^(Describe|Get)/.test(api));
    const [with_, without] = [writes(calls(test)), writes(calls(story))];
    const claimed = with_.slice(with_.indexOf('RevokeSecurityGroupIngress'), with_.indexOf('Publish'));

    // The other story has its question to store, beside the publish.
    expect(claimed).toEqual(['RevokeSecurityGroupIngress', 'PutItem', 'PutItem', 'UpdateItem']);
    expect(with_).toHaveLength(without.length);
  });

  it.each([
    [
      'that write to another log group',
      { LogGroupName: 'others' },
      'flow log fl-1 writes to log group others, which the setting flowLogs does not name',
    ],
    [
      'that write to S3',
      { LogDestinationType: 's3' as const },
      'flow log fl-1 does not write to CloudWatch Logs',
    ],
    [
      'of rejected packets',
      { TrafficType: 'REJECT' as const },
      'flow log fl-1 records only rejected packets',
    ],
  ])('says why flow logs %s are of no use', async (_, part, why) => {
    const { mail } = await about(({ account }) => Object.assign(account.network.flowLogs[0] ?? {}, part));

    expect(mail).toContain(`Flow logs  They cannot say who came in: ${why}.`);
  });

  it.each([
    ['nobody asks for flow logs', (test: TestWorld) => Object.assign(test.world.config, { flowLogs: [] })],
    [
      'the rule stays',
      ({ account }: TestWorld) => fail(account, 'RevokeSecurityGroupIngress', 'UnauthorizedOperation'),
    ],
  ])('says nothing of them where %s', async (_, change) => {
    const { mail, test } = await about(change);

    expect(mail).not.toContain('Flow logs');
    expect(await askAfter(test, 15)).toMatchObject({ due: 0 });
  });

  it('says that flow logs could not be looked up', async () => {
    const { mail, test } = await about(({ account }) =>
      fail(account, 'DescribeFlowLogs', 'UnauthorizedOperation'),
    );

    expect(mail).toContain('Flow logs  They cannot say who came in: they could not be looked up.');
    expect(await askAfter(test, 15)).toMatchObject({ due: 0 });
  });

  it('is published, though the question cannot be stored', async () => {
    const { test } = await about(({ account }) => {
      let puts = 0;
      const run = () => {
        puts += 1;
        // After the note and the outcomes comes the question.
        if (puts === 2) fail(account, 'PutItem', 'InternalServerError', 3);
      };
      account.hooks.push({ api: 'PutItem', times: 100, run });
    });

    expect(mails(test)).toHaveLength(1);
    expect(await askAfter(test, 15)).toMatchObject({ due: 0 });
  });

  it('grows by two lines at most, and says nothing of the network where that is off', async () => {
    const off = { isExposureOn: false, flowLogs: [] };
    const { mail, test } = await about(({ world }) => void Object.assign(world.config, off));
    const linesIn = (text = '') => text.split('\n').length;

    expect(linesIn(mails(story)[0]) - linesIn(mail)).toBeLessThanOrEqual(2);
    expect(mail).not.toMatch(/from the internet|Flow logs/);
    expect(calls(test)).not.toContain('DescribeNetworkInterfaces');
  });

  it('asks of an interface what its other groups let in as well', async () => {
    const test = makeStory();
    test.account.network.interfaces.length = 0;
    addInstance(test.account, 1, [GROUP, 'sg-0other'], '203.0.113.7');
    const IpRanges = [{ CidrIp: '9.9.9.0/24' }];
    addGroup(test.account, {
      GroupId: 'sg-0other',
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges }],
    });
    await reconcile(test.world, makeEvent([ssh]));
    record(test, [inbound('9.9.9.77'), inbound('8.8.4.4')]);
    await askAfter(test, 15);

    expect(mails(test)[1]).toContain('packets from 1 address got through');
    expect(mails(test)[1]).toContain(
      'Packets from 1 more address got through too, but other rules also allow them.',
    );
  });

  it('takes no more calls before the revoke, and one more beside the others after it', () => {
    const all = calls(story);
    const before = all.slice(0, all.indexOf('RevokeSecurityGroupIngress'));

    expect(before).toEqual(
      calls(story)
        .filter((api) => !/Flow|Network|Subnet|Route|Gateway|PublicAccess|Publish/.test(api))
        .slice(0, before.length),
    );
    expect(all.filter((api) => api === 'DescribeFlowLogs')).toHaveLength(1);
  });
});
