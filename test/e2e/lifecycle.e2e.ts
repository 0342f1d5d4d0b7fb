// Deploying, deploying again, changing a policy, and removing.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { type Aws, connect } from './aws.ts';
import { BOTH, urlOf } from './both.ts';
import { inventoryOf } from './inventory.ts';
import { copyProject, serverless } from './project.ts';
import { resourcesOf } from './stack.ts';

/** What is deployed: the resources by their physical ids, and the code. */
async function deployed(aws: Aws) {
  const resources = await resourcesOf(aws);
  const input = { FunctionName: resources.RemediateLambdaFunction };
  const { CodeSha256 } = await aws.lambda.send(new GetFunctionConfigurationCommand(input));
  return { resources, hash: CodeSha256 };
}

it.each(BOTH)('deploys to %s, then only what has changed, and leaves nothing behind', async (emulator) => {
  const aws = connect(urlOf(emulator), 'ap-northeast-1');
  const folder = copyProject();
  const before = await inventoryOf(aws);

  await serverless(folder, aws, 'deploy');
  const first = await deployed(aws);
  expect(await inventoryOf(aws)).not.toEqual(before);
  expect(await serverless(folder, aws, 'deploy')).toContain('No changes to deploy');

  const policy = join(folder, 'policies/no-world-open-admin.yaml');
  appendFileSync(policy, '# as it was\n');
  expect(await serverless(folder, aws, 'deploy')).toContain('No changes to deploy');
  writeFileSync(policy, readFileSync(policy, 'utf8').replace('severity: critical', 'severity: high'));
  expect(await serverless(folder, aws, 'deploy')).toContain('Service deployed');
  const changed = await deployed(aws);
  expect(changed.resources).toEqual(first.resources);
  expect(changed.hash).not.toBe(first.hash);

  expect(await serverless(folder, aws, 'deploy', '--force')).toContain('Service deployed');
  expect(await deployed(aws)).toEqual(changed);

  const removed = await serverless(folder, aws, 'remove', '--delete-ledger');
  expect(removed).toMatch(/The ledger portcullis-dev-Ledger\S+ is deleted/);
  expect(await inventoryOf(aws)).toEqual(before);
});
