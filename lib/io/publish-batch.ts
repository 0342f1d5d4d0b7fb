// Reports the remediations that had no message of their own, at most once every `breakerMinutes`.

import { mostSevereFirst } from '../policy/severity.ts';
import { BusyError } from '../remediation/errors.ts';
import { isWaiting } from '../remediation/progress.ts';
import type { Batched, Stored, Waiting } from '../remediation/state.ts';
import { type BatchFacts, type BatchItem, batchItem, makeBatch } from '../report/batch.ts';
import type { AskedTogether } from '../report/evidence/asked-together.ts';
import type { AuditRecord } from '../report/record.ts';
import type { Target } from '../target.ts';
import { askTogether } from './ask-together.ts';
import { publish } from './aws/sns.ts';
import { claim } from './ledger/claims.ts';
import { listBatched } from './ledger/due.ts';
import { load, save } from './ledger/entries.ts';
import { waitForSlot } from './ledger/mail-rate-limit.ts';
import type { World } from './world.ts';

/** The most remediations in one batch; the next one has the others. */
const MOST = 1000;
/** How many items are read or written at a time. */
const AT_ONCE = 25;
const MINUTE = 60_000;

/** Publishes a batch and returns how many remediations it reports; 0 if there are none or the last batch is too recent. */
export async function publishBatch(world: World, target: Target): Promise<number> {
  const { ledger, config, now } = world;
  const ids = (await listBatched(ledger, target)).slice(0, MOST);
  if (ids.length === 0 || !(await isDue(world, target))) return 0;
  const items = (await inTurns(ids, (id) => loadItem(world, id))).flat();
  if (items.length === 0) return 0;
  const facts = { target, stage: config.stage, now: now(), items };
  const evidence = await evidenceAbout(world, target, facts);
  await waitForSlot(world);
  await publish(world, makeBatch({ ...facts, now: now(), evidence }));
  await inTurns(items, ({ id }) => close(world, id));
  return items.length;
}

/** Has flow logs asked about what was revoked; undefined where nobody wants to know. What keeps it from that is no reason to say nothing. */
async function evidenceAbout(
  world: World,
  target: Target,
  facts: BatchFacts,
): Promise<AskedTogether | undefined> {
  const { isExposureOn, flowLogs } = world.config;
  const ids = facts.items.filter(({ isClosed }) => isClosed).toSorted(mostSevereFirst);
  if (!isExposureOn || flowLogs.length === 0 || ids.length === 0) return undefined;
  try {
    return await askTogether(
      world,
      target,
      ids.map(({ id }) => id),
      makeBatch(facts),
    );
  } catch (error) {
    world.logger.error('nobody will ask flow logs who came in', { error });
    return { kind: 'unread', because: String(error) };
  }
}

/** None where the entry was already reported or taken up: the index lags behind the table. */
async function loadItem({ ledger }: World, id: string): Promise<readonly BatchItem[]> {
  const entry = await load(ledger, id);
  return isBatched(entry) ? [batchItem(entry.headline, recordOf(entry))] : [];
}

/** The record, without the rules that have been taken up since: a later entry reports what came of them. */
function recordOf({ record, ...entry }: Untold): AuditRecord {
  const findings = record.findings.filter((finding) => !isWaiting(finding));
  const isTakenUp = 'takenUpAt' in entry && findings.length > 0;
  return isTakenUp ? { ...record, findings } : record;
}

/** What another tick writes in the same moment may be reported again; all others must not be. */
async function close({ ledger, logger }: World, id: string): Promise<void> {
  const entry = await load(ledger, id);
  if (!isBatched(entry)) return;
  await save(ledger, reported(entry)).catch((error) => {
    if (!(error instanceof BusyError)) throw error;
    logger.warn('the next batch may report it again', { error, remediation: id });
  });
}

type Untold = Stored<Batched | Waiting> & { readonly headline: string };

function isBatched(entry: Stored | undefined): entry is Untold {
  return (entry?.state === 'batched' || entry?.state === 'waiting') && entry.headline !== undefined;
}

/** True once every `breakerMinutes`. */
function isDue({ ledger, config, now }: World, { accountId, region }: Target): Promise<boolean> {
  const by = now().toISOString();
  const until = new Date(now().getTime() + config.breakerMinutes * MINUTE);
  return claim(ledger, `batch/${accountId}/${region}`, by, { now: now(), until });
}

function reported({ headline: _, ...rest }: Untold): Stored {
  return rest.state === 'waiting' ? rest : { ...rest, state: 'notified' };
}

async function inTurns<From, To>(
  all: readonly From[],
  deal: (one: From) => Promise<To>,
): Promise<readonly To[]> {
  const results: To[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE) {
    results.push(...(await Promise.all(all.slice(start, start + AT_ONCE).map(deal))));
  }
  return results;
}
