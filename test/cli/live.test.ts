// What the commands that reach AWS say before they do.
import { describe, expect, it } from 'vitest';
import { file, portcullis } from './portcullis.ts';

const configured = {
  AWS_CONFIG_FILE: file('config', '[profile work]\n[profile nowhere]\noutput = json\n'),
  AWS_SHARED_CREDENTIALS_FILE: file(
    'credentials',
    '[work]\naws_access_key_id = x\naws_secret_access_key = y\n',
  ),
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: undefined,
  AWS_REGION: undefined,
};

describe('a command that reaches AWS', () => {
  it.each([
    [
      'a profile that there is not',
      ['audit', '--profile', 'nope'],
      '--profile: no profile `nope` in your AWS',
    ],
    [
      'one for a subcommand',
      ['breaker', 'status', '--region', 'eu-west-1', '--profile', 'nope'],
      'no profile `nope`',
    ],
    ['no region', ['audit', '--profile', 'work'], 'no AWS region is known: name it with --region'],
    [
      'no credentials',
      ['audit', '--region', 'eu-west-1', '--profile', 'nowhere'],
      'log in as for the AWS CLI, or name a profile with --profile',
    ],
  ])('says in one line what is missing: %s', async (_, words, message) => {
    const { status, stdout, stderr } = await portcullis(words, configured);

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('says that AWS cannot be reached', async () => {
    const nobody = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
    const words = ['history', '--region', 'eu-west-1', '--profile', 'work'];

    expect(await portcullis(words, { ...configured, ...nobody })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(
        'AWS cannot be reached, check the network and the region: connect ECONNREFUSED',
      ),
    });
  });
});
