// An export without groups, or a region that none of them is in, must not look like a clean account.
import { describe, expect, it } from 'vitest';
import { exportedGroup } from './exported-group.ts';
import { file, portcullis } from './portcullis.ts';

const none = file('none.json', { SecurityGroups: [] });
const arn = 'arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0abc';
const one = file('one.json', {
  SecurityGroups: [{ ...exportedGroup('sg-0abc', 'web', '10.0.0.0/8'), SecurityGroupArn: arn }],
});

describe.each([
  ['audit', ['audit', '--from', none], 'critical'],
  ['diff', ['diff', 'policies', 'policies', '--from', none], 'any'],
])('%s of no group at all', (_, words, failOn) => {
  const said = 'there is no security group: nothing was evaluated\n';

  it('says so, and fails with --fail-on', async () => {
    expect(await portcullis(words)).toMatchObject({ status: 0, stderr: said });
    expect(await portcullis([...words, '--fail-on', failOn])).toMatchObject({ status: 1, stderr: said });
  });

  it('passes with --allow-empty', async () => {
    expect((await portcullis([...words, '--fail-on', failOn, '--allow-empty'])).status).toBe(0);
  });
});

describe('portcullis audit of an export', () => {
  it('warns of a region that none of its groups is in', async () => {
    expect((await portcullis(['audit', '--from', one, '--region', 'us-east-1'])).stderr).toBe(
      'warning: --region: no group is in `us-east-1`: each says itself which region it is in\n',
    );
    expect((await portcullis(['audit', '--from', one, '--region', 'eu-west-1'])).stderr).toBe('');
  });
});
