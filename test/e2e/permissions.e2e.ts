// iam/deployer.json and iam/reader.json are enough, and the second one changes nothing.
import { expect, inject, it } from 'vitest';
import { connect } from './aws.ts';
import { inventoryOf } from './inventory.ts';
import { copyProject, serverless } from './project.ts';
import { resourcesOf } from './stack.ts';
import { userWith } from './users.ts';

const REGION = 'ca-central-1';
const MAIL = '--param=email=jane@example.com';

it('whoever deploys needs what is in iam/deployer.json, and whoever looks at a plan what is in iam/reader.json', async () => {
  const { url } = inject('ministack');
  const aws = connect(url, REGION);
  const [deployer, reader] = await Promise.all(
    ['deployer', 'reader'].map(async (name) =>
      connect(url, REGION, await userWith(aws, `${name}.json`, `${name}-${REGION}`)),
    ),
  );
  if (deployer === undefined || reader === undefined) throw new Error('two users');
  const folder = copyProject();

  expect(await serverless(folder, deployer, 'deploy', MAIL)).toContain('In force in portcullis-dev');
  expect(await serverless(folder, reader, 'deploy', '--plan')).toContain(
    '! jane@example.com (email) is unsubscribed.',
  );
  const before = await inventoryOf(aws);
  await expect(serverless(folder, reader, 'deploy', MAIL, '--param=logRetention=731')).rejects.toThrow(
    /not authorized|AccessDenied/,
  );
  expect(await inventoryOf(aws)).toEqual(before);

  const { Ledger } = await resourcesOf(aws);
  expect(await serverless(folder, deployer, 'remove', '--delete-ledger')).toContain(
    `The ledger ${Ledger} is deleted`,
  );
});
