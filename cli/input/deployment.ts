// What a command works on: a deployment, found by its stage and region in the outputs of its CloudFormation stack.
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { Option } from 'commander';
import { readCallerAccount } from '../../lib/io/aws/caller.ts';
import { readStack, type Stack } from '../../lib/io/aws/stack.ts';
import type { Ledger } from '../../lib/io/ledger/entries.ts';
import { InputError } from './input.ts';
import { asking, type Connection, clientOptions, connectDynamo, connectSts } from './live.ts';
import { DEFAULT_STAGE } from './stage.ts';
import type { StagePlace } from './stage-settings.ts';

/** What an operator says of the deployment that is meant. */
export interface StageOptions extends Connection {
  /** Without it, the only one of the settings is meant. */
  readonly stage?: string;
  /** The settings file; an empty name is none. */
  readonly settings?: string;
}

/** A stack, its stage, and the connection to the region that it is in. */
export interface Deployment extends Stack {
  readonly stage: string;
  readonly connection: Connection;
}

/** Throws InputError where there is no such deployment: whose account was asked is a part of the answer. */
export async function findDeployment({
  stage: named,
  settings,
  region,
  profile,
}: StageOptions): Promise<Deployment> {
  const place = await placeOf(named, settings, region);
  const { stage } = place;
  const connection = clientOptions({ region: place.region, profile });
  const client = new CloudFormationClient(connection);
  const name = `portcullis-${stage}`;
  const stack = await asking(`the stack \`${name}\` cannot be read`, readStack(client, name));
  if (stack !== undefined) {
    refuseOtherAccount(stage, place.account, stack.accountId);
    return { ...stack, stage, connection: { ...connection, region: stack.region } };
  }
  const accountId = await asking('the account cannot be read', readCallerAccount(connectSts(connection)));
  refuseOtherAccount(stage, place.account, accountId);
  throw new InputError(
    `account ${accountId} has no stack \`${name}\` in ${await client.config.region()}: name another stage with --stage, another region with --region, or another account with --profile`,
  );
}

/** Only where there are settings, they are read: that takes longer than the rest. */
async function placeOf(
  named: string | undefined,
  settings: string | undefined,
  region: string | undefined,
): Promise<StagePlace & { readonly stage: string }> {
  if (!settings) return { region, account: undefined, stage: named ?? DEFAULT_STAGE };
  const { onlyStageIn, placeInSettings } = await import('./stage-settings.ts');
  const stage = named ?? onlyStageIn(settings) ?? DEFAULT_STAGE;
  return { ...placeInSettings(settings, stage, region, process.env.AWS_REGION), stage };
}

function refuseOtherAccount(stage: string, expected: string | undefined, accountId: string): void {
  if (expected === undefined || expected === accountId) return;
  throw new InputError(
    `account ${accountId} answers, and stage \`${stage}\` is in account ${expected}: use its credentials, for example with --profile`,
  );
}

/** What the stack says under this key; throws InputError for a stack that is not deployed in full, or is older than the command. */
export function outputOf({ name, status, outputs }: Stack, key: string): string {
  const value = outputs[key];
  if (value !== undefined) return value;
  throw new InputError(`the stack \`${name}\` (${status}) has no output ${key}: deploy it from this clone`);
}

/** The option for a ledger that was kept when its deployment was removed. */
export function tableOption(): Option {
  return new Option('--table <name>', 'the table of a ledger that was kept when its deployment was removed');
}

/** The ledger of the deployment that is meant, or the one that has this table. */
export async function findLedger({
  table,
  ...options
}: StageOptions & { readonly table?: string }): Promise<Ledger> {
  if (table === undefined) return ledgerOf(await findDeployment(options));
  const { region, profile, settings } = options;
  const { placed } = await import('./placed.ts');
  return { client: connectDynamo(await placed(clientOptions({ region, profile }), settings)), table };
}

/** The ledger of a deployment. */
export function ledgerOf(deployment: Deployment): Ledger {
  return { client: connectDynamo(deployment.connection), table: outputOf(deployment, 'LedgerTable') };
}
