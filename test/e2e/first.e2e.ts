import { expect, inject, it } from 'vitest';
import { connect } from './aws.ts';
import { copyProject, serverless } from './project.ts';
it('deploys', async () => {
  const aws = connect(inject('ministack').url, 'us-east-1');
  console.log(await serverless(copyProject(), aws, 'deploy', '--param=mode=enforce'));
}, 100_000);
