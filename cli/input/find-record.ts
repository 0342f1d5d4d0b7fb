// The record that is to be restored, and the ledger that the restore is noted in.
import { type Ledger, load } from '../../lib/io/ledger/entries.ts';
import { findIds } from '../../lib/io/ledger/find-ids.ts';
import type { Stored } from '../../lib/remediation/state.ts';
import type { Io } from '../io.ts';
import { findDeployment, findLedger, ledgerOf } from './deployment.ts';
import { InputError, readJson } from './input.ts';
import { asking, type Connection } from './live.ts';
import { parseAuditRecord, type Restorable } from './record.ts';

interface Wanted extends Connection {
  readonly from?: string;
  readonly stage?: string;
  readonly settings?: string;
  readonly table?: string;
}

export interface FoundRecord {
  readonly record: Restorable;
  /** Undefined for a record from a file where no stage is named. */
  readonly ledger: Ledger | undefined;
}

/** By its id, or from a file; throws InputError for what is not there, is of another region, or is not done yet. */
export async function findRecord(
  io: Io,
  id: string | undefined,
  wanted: Wanted,
  now: Date,
): Promise<FoundRecord> {
  if (id === undefined && wanted.from === undefined) {
    throw new InputError('what is to be restored? Give the id of a record, or --from with the record itself');
  }
  if (id !== undefined && wanted.from !== undefined) {
    throw new InputError(`give either the id \`${id}\` or --from, not both`);
  }
  const found =
    wanted.from === undefined ? await byId(id ?? '', wanted, now) : await ofFile(io, wanted.from, wanted);
  const { region } = found.record;
  if (wanted.region === undefined || wanted.region === region) return found;
  throw new InputError(`--region: the record is of ${region}, not of \`${wanted.region}\``);
}

async function ofFile(io: Io, from: string, { stage, ...connection }: Wanted): Promise<FoundRecord> {
  const record = parseAuditRecord(from, await readJson(io, from));
  if (stage === undefined) return { record, ledger: undefined };
  const deployment = await findDeployment({ ...connection, stage, region: record.region });
  return { record, ledger: ledgerOf(deployment) };
}

async function byId(beginning: string, wanted: Wanted, now: Date): Promise<FoundRecord> {
  const ledger = await findLedger(wanted);
  const entry = await asking('the ledger cannot be read', findEntry(ledger, beginning));
  const { id } = entry;
  if (entry.state === 'planned' && entry.leaseUntil > now.getTime()) {
    throw new InputError(`Portcullis is still at \`${id}\`: try again in three minutes`);
  }
  return { record: parseAuditRecord(id, entry.record), ledger };
}

/** The first part of an id that CloudTrail gives. */
const SHORTEST = 8;
/** More candidates than this nobody reads. */
const MOST_SHOWN = 10;

/** The entry of that id, or else the one whose id begins so. */
export async function findEntry(ledger: Ledger, beginning: string): Promise<Stored> {
  const entry = await load(ledger, beginning);
  if (entry !== undefined) return entry;
  const found = beginning.length < SHORTEST ? [] : await findIds(ledger, beginning);
  const [first, ...others] = found;
  const only = first === undefined || others.length > 0 ? undefined : await load(ledger, first.id);
  if (only !== undefined) return only;
  throw new InputError(found.length > 1 ? candidatesIn(beginning, found) : noneIn(beginning));
}

function noneIn(beginning: string): string {
  const more = beginning.length < SHORTEST ? `give at least ${SHORTEST} characters of its id, or ` : '';
  return `no record \`${beginning}\` in the ledger: ${more}see \`portcullis history\`, which lists them`;
}

function candidatesIn(
  beginning: string,
  found: readonly { readonly id: string; readonly time: string }[],
): string {
  const shown = found.slice(0, MOST_SHOWN).map(({ id, time }) => `  ${id}  (${time})`);
  const rest = found.length > MOST_SHOWN ? [`  and ${found.length - MOST_SHOWN} more`] : [];
  return [`several ids begin with \`${beginning}\`. Which one?`, ...shown, ...rest].join('\n');
}
