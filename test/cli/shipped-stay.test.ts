// Nobody edits what is shipped: exceptions for a shipped policy are shown where settings have them, also without settings yet.
import { expect, it } from 'vitest';
import { addGroup, addRule, createAccount } from '../../lib/sandbox/index.ts';
import { exportedGroup } from './exported-group.ts';
import { file, onAccount, portcullis } from './portcullis.ts';

const SHOWN = /settings\.yml\nshipped:\n {2}no-world-open-admin:\n {4}exceptions:\n/;
const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
addGroup(account, { GroupId: 'sg-0web', GroupName: 'web' });
addRule(account, {
  ...{ GroupId: 'sg-0web', GroupOwnerId: '111122223333', SecurityGroupRuleId: 'sgr-0ssh', IsEgress: false },
  ...{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' },
});

it('by `exempt`', async () => {
  const terms = ['--until', '2099-01-01', '--reason', 'incident 4711', '--owner', 'net'];
  const { stdout } = await onAccount(account, ['exempt', 'sgr-0ssh', ...terms]);

  expect(stdout).toMatch(SHOWN);
  expect(stdout).toMatch(/\n {2}no-world-open-high-risk:\n/);
  expect(stdout.match(/\nshipped:\n/g)).toHaveLength(1);
  expect(stdout).not.toContain('policies/no-world-open-admin.yaml');
});

it('on the page of an audit', async () => {
  const from = file('web.json', { SecurityGroups: [exportedGroup('sg-0abc', 'web', '0.0.0.0/0')] });
  const { stdout } = await portcullis(['audit', '--from', from, '--format', 'html']);

  expect(stdout).toMatch(new RegExp(`# ${SHOWN.source}`));
  expect(stdout).not.toContain('# policies/no-world-open-admin.yaml');
});
