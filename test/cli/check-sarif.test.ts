// `portcullis check --format sarif`: what GitHub shows in a pull request.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Log } from 'sarif';
import { expect, it } from 'vitest';
import { planOf } from '../lib/infrastructure/plan.ts';
import { portcullis } from './portcullis.ts';

const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

/** A repository with a plan, and with what it was made of. */
function repository(cidrs: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'repository-'));
  mkdirSync(join(root, '.git'));
  const after = {
    type: 'ingress',
    protocol: 'tcp',
    from_port: 22,
    to_port: 22,
    cidr_blocks: cidrs,
    security_group_id: 'sg-1',
  };
  writeFileSync(
    join(root, 'plan.json'),
    JSON.stringify(planOf([{ at: 'aws_security_group_rule.ssh', after }])),
  );
  writeFileSync(join(root, 'rules.tf'), '# Rules.\nresource "aws_security_group_rule" "ssh" {\n}\n');
  return root;
}

async function sarifOf(root: string): Promise<Log> {
  const words = ['--source', root, '--format', 'sarif', '--policy', 'no-world-open-admin'];
  return JSON.parse((await portcullis(['check', join(root, 'plan.json'), ...words])).stdout);
}

it('is valid, and points to the line that declares the rule', async () => {
  const log = await sarifOf(repository(['0.0.0.0/0']));
  const [run] = log.runs;
  const [result] = run?.results ?? [];

  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  expect(run?.automationDetails?.id).toBe('check/plan.json/');
  expect(result?.message.text).toBe(
    'SSH (tcp/22) from the whole internet (0.0.0.0/0), by aws_security_group_rule.ssh. It allows tcp/22 from the whole internet.',
  );
  expect(result?.locations?.[0]?.physicalLocation).toMatchObject({
    artifactLocation: { uri: 'rules.tf' },
    region: { startLine: 2 },
  });
});

it('has a run without results for a plan that is compliant, which closes what an earlier one opened', async () => {
  const log = await sarifOf(repository(['10.0.0.0/8']));

  expect(log.runs.map(({ results, automationDetails }) => [results, automationDetails?.id])).toEqual([
    [[], 'check/plan.json/'],
  ]);
});

it('points to the very rule of a group of a template', async () => {
  const root = mkdtempSync(join(tmpdir(), 'repository-'));
  mkdirSync(join(root, '.git'));
  const template = `Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Web
      SecurityGroupIngress:
        - { IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }
        - { IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0 }
`;
  writeFileSync(join(root, 'web.template.yaml'), template);
  const words = ['--format', 'sarif', '--policy', 'no-world-open-admin'];
  const { stdout } = await portcullis(['check', join(root, 'web.template.yaml'), ...words]);
  const log: Log = JSON.parse(stdout);

  expect(log.runs[0]?.results?.map(({ locations }) => locations?.[0]?.physicalLocation)).toEqual([
    expect.objectContaining({
      artifactLocation: expect.objectContaining({ uri: 'web.template.yaml' }),
      region: expect.objectContaining({ startLine: 8 }),
    }),
  ]);
});
