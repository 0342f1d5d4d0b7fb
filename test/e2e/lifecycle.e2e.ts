// Deploying, deploying again, changing a policy, and removing.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { expect, inject, it } from 'vitest';
import { connect } from './aws.ts';
import { inventoryOf } from './inventory.ts';
import { copyProject, serverless } from './project.ts';
import { resourcesOf } from './stack.ts';

const aws = connect(inject('ministack').url, 'ap-northeast-1');

async function codeHash(): Promise<string | undefined> {
  const input = { FunctionName: (await resourcesOf(aws)).RemediateLambdaFunction };
  return (await aws.lambda.send(new GetFunctionConfigurationCommand(input))).CodeSha256;
}

it('deploys, deploys only what has changed, and leaves nothing behind', async () => {
  const folder = copyProject();
  const before = await inventoryOf(aws);

  await serverless(folder, aws, 'deploy');
  const first = { resources: await resourcesOf(aws), hash: await codeHash() };
  expect(await inventoryOf(aws)).not.toEqual(before);

  const again = await serverless(folder, aws, 'deploy', '--force');
  expect(again).toContain('Service deployed');
  expect({ resources: await resourcesOf(aws), hash: await codeHash() }).toEqual(first);
  expect(await serverless(folder, aws, 'deploy')).toContain('No changes to deploy');

  appendFileSync(join(folder, 'policies/no-world-open-admin.yaml'), '# as it was\n');
  expect(await serverless(folder, aws, 'deploy')).toContain('No changes to deploy');
  const policy = join(folder, 'policies/no-world-open-admin.yaml');
  writeFileSync(policy, readFileSync(policy, 'utf8').replace('severity: critical', 'severity: high'));
  expect(await serverless(folder, aws, 'deploy')).toContain('Service deployed');
  expect(await resourcesOf(aws)).toEqual(first.resources);
  expect(await codeHash()).not.toBe(first.hash);

  await serverless(folder, aws, 'remove');
  expect(await inventoryOf(aws)).toEqual(before);
});
