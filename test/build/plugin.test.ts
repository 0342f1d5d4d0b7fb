// The plugin within the framework: what settings make of a deployment, and which region commands go to.
import { describe, expect, it, vi } from 'vitest';
import BuildPlugin from '../../build/serverless-plugin.js';
import { readableLogGroups } from '../../lib/deployment/template.ts';
import { framework, settingsWith } from './framework.ts';

const serverless = {
  classes: { Error },
  processedInput: { command: 'package', commands: ['package'], isHelpRequest: false },
  pluginManager: { spawn: async () => undefined },
  configurationInput: { params: { default: { mode: 'dry-run', email: '' } }, resources: [] },
  getProvider: () => ({
    getAccountId: async () => '111122223333',
    getAwsSdkV3Config: async () => ({ credentials: async () => ({ accessKeyId: '', secretAccessKey: '' }) }),
    naming: { getStackName: () => 'portcullis-prod' },
  }),
  service: {
    custom: { checked: {} },
    provider: { environment: {}, compiledCloudFormationTemplate: { Resources: {} } },
    functions: { sweep: { environment: {} } },
  },
};

const utils = { log: { warning: () => undefined, notice: () => undefined } };

const SETTINGS = settingsWith(`
mail: security@example.com
protect: [sg-0abc, name=bastion-*]
sweep: { rate: rate(1 day), maxAge: 26 }
retention: { log: 731 }
flowLogs: [vpc-flow-logs, /vpc/prod]
subscriptions: [{ protocol: https, endpoint: "https://example.com/hook", severities: critical }]
stages:
  prod: { account: "444455556666", regions: eu-west-3, mode: enforce }
`);

describe('a deployment with a parameter that is misspelt', () => {
  it('is refused, with the parameters that there are', () => {
    const { hooks } = new BuildPlugin(
      serverless,
      { param: ['mode=enforce', 'emial=jane@example.com'] },
      utils,
    );

    expect(hooks['before:package:createDeploymentArtifacts']).toThrow(
      'there is no parameter `emial`: there are mode, email',
    );
  });

  it('is refused with a parameter that is to be empty, which the framework cannot take', () => {
    expect(() => new BuildPlugin(serverless, { param: ['email='] }, utils)).toThrow(
      '`--param=email=` has no value',
    );
  });
});

describe('a deployment to an account that the settings do not name', () => {
  it.each([
    ['deploy', 'is for account 444455556666, and these credentials are of 111122223333'],
    ['remove', 'is for account 444455556666'],
  ])('is refused before anything is sent: %s', async (command, message) => {
    vi.stubEnv('PORTCULLIS_SETTINGS', SETTINGS);
    const plugin = new BuildPlugin(
      { ...serverless, processedInput: { command, commands: [command], isHelpRequest: false } },
      { stage: 'prod' },
      utils,
    );
    vi.unstubAllEnvs();

    await expect(Promise.resolve().then(plugin.hooks.initialize)).rejects.toThrow(message);
  });
});

describe('a command that would change the functions past the review', () => {
  it.each(['deploy function', 'rollback', 'rollback function'])('is refused: %s', (command) => {
    const processedInput = { command, commands: command.split(' '), isHelpRequest: false };

    expect(() => new BuildPlugin({ ...serverless, processedInput }, {}, utils)).toThrow(
      `\`${command}\` would change what is in force without a review: `,
    );
  });
});

/** The ARN of all streams of a log group of the deployment's own account and region. */
function arnOf(name: string): object {
  const [partition, region, account] = ['Partition', 'Region', 'AccountId'].map((part) => ({
    Ref: `AWS::${part}`,
  }));
  return { 'Fn::Join': [':', ['arn', partition, 'logs', region, account, 'log-group', name, '*']] };
}

describe('settings', () => {
  it('stand in for the defaults of the deployment, and the command line wins over them', async () => {
    const words = [
      'print',
      '--stage',
      'prod',
      '--format',
      'json',
      '--param=mode=dry-run',
      '--param=logRetention=365',
    ];
    const { output } = await framework({ PORTCULLIS_SETTINGS: SETTINGS }, ...words);
    const { provider, custom, resources } = JSON.parse(output);
    const { Resources: all } = resources;

    expect(provider).toMatchObject({
      ...{ region: 'eu-west-3', logRetentionInDays: 365 },
      environment: { MODE: 'dry-run', PROTECT: 'sg-0abc,name=bastion-*', BREAKER_LIMIT: '100' },
    });
    expect(custom.checked).toEqual({ SWEEP_RATE: 'rate(1 day)', SWEEP_MAX_AGE: 26 });
    expect(all.EmailSubscription.Properties).toMatchObject({ Endpoint: 'security@example.com' });
    expect(provider.environment).toMatchObject({ EXPOSURE: 'on', FLOW_LOGS: 'vpc-flow-logs,/vpc/prod' });
    expect(all.EvidencePolicy.Properties.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 'ec2:DescribeFlowLogs', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'logs:FilterLogEvents',
        Resource: ['vpc-flow-logs', '/vpc/prod'].map(arnOf),
      },
    ]);
    expect(readableLogGroups(resources)).toEqual(['vpc-flow-logs', '/vpc/prod']);
    // Its name must not change: SNS would have the next deployment unsubscribe whom it has just subscribed.
    expect(all.Subscription06c71a3c2e395a85.Properties).toEqual({
      TopicArn: { Ref: 'Topic' },
      Protocol: 'https',
      Endpoint: 'https://example.com/hook',
      FilterPolicy: { severity: ['critical'] },
    });
  });
});
