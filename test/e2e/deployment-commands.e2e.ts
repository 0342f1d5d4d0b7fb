// The commands of the framework, each with settings, without any, and with broken ones: where they go, and what they say.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { framework, settingsWith } from '../build/framework.ts';
import { regionsAskedBy } from './regions-asked.ts';

const GOOD = settingsWith('stages: { prod: { account: "444455556666", regions: eu-west-3 } }');
const OTHER = settingsWith('stages: { prod: { account: "111122223333", regions: eu-west-3 } }');
const BROKEN = settingsWith('stages: { prod: { regoins: eu-west-3 } }');
const REFUSED = `${BROKEN}:1:19: unknown key \`regoins\`, did you mean \`regions\`?`;

/** Where it goes, whether it ends well, and a part of what it says. AWS knows of no stack. */
type Row = readonly [command: string, regions: readonly string[], status: number, output: string];

async function look(settings: string, [command, regions, status, output]: Row) {
  // What the environment says must not lead elsewhere.
  const env = { PORTCULLIS_SETTINGS: settings, ...(settings === '' ? {} : { AWS_REGION: 'us-east-1' }) };
  const ended = await regionsAskedBy(env, ...command.split(' '), '--stage', 'prod');

  expect(ended.output).toContain(output);
  expect([ended.status, ended.regions], ended.output).toEqual([status, regions]);
}

describe('with settings', () => {
  it.each<Row>([
    ['print', [], 0, 'region: eu-west-3'],
    ['info', ['eu-west-3'], 1, 'does not exist'],
    ['deploy --plan', ['eu-west-3'], 0, 'portcullis-prod (eu-west-3, account 444455556666) is new.'],
    ['remove', ['eu-west-3'], 1, 'Stack does not exist'],
  ])('%s', (...row) => look(GOOD, row));

  it.each<Row>([
    ['remove', ['eu-west-3'], 1, 'is for account 111122223333, and these credentials are of 444455556666'],
  ])('of another account: %s', (...row) => look(OTHER, row));
});

it('says which regions of a stage are deployed when one fails', async () => {
  const two = settingsWith('stages: { prod: { regions: [eu-west-3, eu-central-1] } }');
  const env = { PORTCULLIS_SETTINGS: two, AWS_REGION: 'eu-central-1' };
  const { status, output, regions } = await regionsAskedBy(env, 'deploy', '--stage', 'prod');

  expect(output).toContain('portcullis-prod (eu-central-1, account 444455556666) is new.');
  expect(output).toContain('eu-west-3 failed, see above; deployed: none; not tried: eu-central-1');
  expect([status, regions.toSorted()]).toEqual([1, ['eu-central-1', 'eu-west-3']]);
});

describe('without settings', () => {
  it.each<Row>([
    ['print', [], 0, 'region: us-east-1'],
    ['package', [], 0, 'Service packaged'],
    ['info', [], 1, 'no region: name it with --region'],
    ['info --region eu-west-2', ['eu-west-2'], 1, 'does not exist'],
    ['deploy --plan --region eu-west-2', ['eu-west-2'], 0, '(eu-west-2, account 444455556666) is new.'],
    ['remove --region eu-west-2', ['eu-west-2'], 1, 'Stack does not exist'],
  ])('%s', (...row) => look('', row));
});

describe('with broken settings', () => {
  it.each<Row>([
    ['print', [], 1, REFUSED],
    ['package', [], 1, REFUSED],
    ['deploy --plan', [], 1, REFUSED],
    ['info --region eu-west-2', ['eu-west-2'], 1, 'the account is not checked'],
    ['remove', [], 1, 'name the region with --region'],
    ['remove --region eu-west-2', ['eu-west-2'], 1, 'the account is not checked'],
  ])('%s', (...row) => look(BROKEN, row));
});

it('`--settings` names other settings than the environment does', async () => {
  const words = ['print', '--stage', 'prod', '--settings', GOOD];

  expect((await regionsAskedBy({ PORTCULLIS_SETTINGS: BROKEN }, ...words)).output).toContain(
    'region: eu-west-3',
  );
});

it('a plan without credentials says so, and not that a deployment failed', async () => {
  const env = {
    HOME: mkdtempSync(join(tmpdir(), 'home-')),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PROFILE: '',
  };
  const { status, output } = await framework(env, 'deploy', '--plan', '--region', 'eu-west-1');

  expect(status, output).toBe(1);
  expect(output).toContain('credentials not found');
  expect(output).not.toContain('failed to deploy');
});
