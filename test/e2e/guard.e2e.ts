// Deployments that cannot surprise: what changes is said, and what is risky waits for the code of exactly that.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { expect, inject, it } from 'vitest';
import { type Aws, connect } from './aws.ts';
import { BOTH, urlOf } from './both.ts';
import { inventoryOf } from './inventory.ts';
import { codeIn, copyProject, refusedDeploy, serverless } from './project.ts';
import { resourcesOf } from './stack.ts';

const MAIL = '--param=email=jane@example.com';

async function modeOf(aws: Aws): Promise<string | undefined> {
  const { RemediateLambdaFunction: FunctionName } = await resourcesOf(aws);
  const { Environment } = await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return Environment?.Variables?.MODE;
}

/** As somebody does in the console. */
async function setModeByHand(aws: Aws, mode: string): Promise<void> {
  const { RemediateLambdaFunction: FunctionName } = await resourcesOf(aws);
  const { Environment } = await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, MODE: mode };
  await aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
}

it.each(BOTH)(
  'a deployment to %s shows its plan, and does what was confirmed and nothing else',
  async (emulator) => {
    const aws = connect(urlOf(emulator), 'eu-north-1');
    const folder = copyProject();
    const untouched = await inventoryOf(aws);

    expect(await serverless(folder, aws, 'deploy', '--plan', MAIL)).toContain(
      '(eu-north-1, account 111122223333) is new:',
    );
    expect(await inventoryOf(aws)).toEqual(untouched);
    const first = await serverless(folder, aws, 'deploy', MAIL);
    expect(first).toMatch(/In force in portcullis-dev .*\n +mode +dry-run; the sweep only reports\n/);
    expect(first).toMatch(/Next: npx --no -- portcullis doctor --stage dev --region eu-north-1\n/);

    const refused = await refusedDeploy(folder, aws, MAIL, '--param=mode=enforce');
    const code = codeIn(refused) ?? '';
    expect(refused).toMatch(
      /! mode: dry-run -> enforce\. These policies act from now on: .*no-world-open-admin,/,
    );
    // Exactly that, and neither more nor less.
    expect(await refusedDeploy(folder, aws, '--param=mode=enforce', '--confirm', code)).toContain(
      `--confirm ${code} is for other changes than these.`,
    );
    expect(await modeOf(aws)).toBe('dry-run');
    await serverless(folder, aws, 'deploy', MAIL, '--param=mode=enforce', '--confirm', code);
    expect(await modeOf(aws)).toBe('enforce');

    // The finding that began all this: a plain deployment after one with parameters.
    const plain = await refusedDeploy(folder, aws);
    expect(plain).toContain('! mode: enforce -> dry-run. Nothing is revoked from now on.');
    expect(plain).toContain('! jane@example.com (email) is unsubscribed.');
    expect(await modeOf(aws)).toBe('enforce');

    const policy = join(folder, 'policies/no-world-open-admin.yaml');
    writeFileSync(policy, readFileSync(policy, 'utf8').replace('action: revoke', 'action: notify'));
    expect(await refusedDeploy(folder, aws, MAIL, '--param=mode=enforce')).toContain(
      '! policy no-world-open-admin: revoke -> report only.',
    );
  },
);

it('a mode that was set by hand is not overwritten by the way, and is overwritten once that is confirmed', async () => {
  const aws = connect(inject('ministack').url, 'eu-north-1');
  const folder = copyProject();
  const words = [MAIL, '--param=mode=enforce'];
  await setModeByHand(aws, 'dry-run');

  const refused = await refusedDeploy(folder, aws, ...words);
  expect(refused).toContain(
    '! MODE of remediate: somebody set it to `dry-run` after `enforce` was deployed.',
  );
  expect(await modeOf(aws)).toBe('dry-run');
  await serverless(folder, aws, 'deploy', ...words, '--confirm', codeIn(refused) ?? '');
  expect(await modeOf(aws)).toBe('enforce');

  expect(await serverless(folder, aws, 'deploy', ...words)).toContain('settings and policies do not change');
});

it('a stage with several regions is reviewed as one, and deployed to each', async () => {
  const places = ['eu-west-1', 'eu-west-2'].map((region) => connect(inject('ministack').url, region));
  const [aws] = places;
  if (aws === undefined) throw new Error('no region');
  const folder = copyProject();
  const settings = join(folder, 'settings.yml');
  writeFileSync(settings, 'stages: { dev: { regions: [eu-west-1, eu-west-2], mode: enforce } }\n');

  const refused = await refusedDeploy(folder, aws, '--settings', settings);
  const code = codeIn(refused) ?? '';
  expect(refused).toContain('The 2 changes marked with !');
  const output = await serverless(folder, aws, 'deploy', '--settings', settings, '--confirm', code);

  expect(output).toContain('Deployed to all regions of the stage: eu-west-1, eu-west-2.');
  expect(await Promise.all(places.map(modeOf))).toEqual(['enforce', 'enforce']);
});
