// A restore, carried out: noted, sent, and noted what came of it.
import type { EC2Client } from '@aws-sdk/client-ec2';
import { authorizeAgain } from '../../lib/io/aws/authorize.ts';
import type { Ledger } from '../../lib/io/ledger/entries.ts';
import { type Restoration, restorationId, saveRestoration } from '../../lib/io/ledger/restorations.ts';
import { print, printError } from '../format/print.ts';
import { showOutcomes } from '../format/restore.ts';
import { asking } from '../input/live.ts';
import type { Restorable } from '../input/record.ts';
import type { CommandIo } from '../io.ts';
import type { ExceptionTerms } from './exception.ts';
import type { RestorePlan } from './restore-plan.ts';

export interface Restore {
  readonly record: Restorable;
  readonly plan: RestorePlan;
  readonly terms: ExceptionTerms | undefined;
  readonly now: Date;
}

/** Puts back what is planned; true when all of it is back. Throws InputError, and sends nothing, if it cannot be noted first. */
export async function carryOut(
  io: CommandIo,
  ec2: EC2Client,
  ledger: Ledger | undefined,
  restore: Restore,
): Promise<boolean> {
  const intent = intentOf(restore);
  if (ledger === undefined) print(io, 'Not noted in the ledger, because no --stage is given.');
  else await asking('nothing is sent: the ledger cannot be written', saveRestoration(ledger, intent));
  const rules = await interruptible(io, (signal) =>
    authorizeAgain(
      ec2,
      restore.plan.send.map(({ rule }) => rule),
      signal,
    ),
  );
  for (const line of showOutcomes(rules, restore.terms !== undefined)) print(io, line);
  try {
    if (ledger !== undefined) await saveRestoration(ledger, { ...intent, state: 'restored', rules });
  } catch (error) {
    printError(io, `the ledger has only the intent, \`${intent.id}\`, and not what came of it: ${error}`);
  }
  return rules.every(({ outcome }) => outcome === 'restored');
}

/** Lets work stop between two calls when a person or a job interrupts it, so that what was done can be said and recorded. */
async function interruptible<T>(io: CommandIo, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const release = io.onInterrupt(() => abort.abort());
  try {
    return await work(abort.signal);
  } finally {
    release();
  }
}

function intentOf({ record, plan, terms, now }: Restore): Restoration {
  const { id, accountId, region, group } = record;
  return {
    id: restorationId(id, now),
    of: id,
    state: 'intent',
    time: now.toISOString(),
    accountId,
    region,
    group: { id: group.id, name: group.name },
    rules: plan.send.map(({ rule }) => ({ rule: rule.aws })),
    ...(terms === undefined ? {} : { exception: terms }),
  };
}
