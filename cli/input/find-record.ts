// The record that is to be restored, and the ledger that the restore is noted in.
import { type Ledger, load } from '../../lib/io/ledger/entries.ts';
import type { Io } from '../io.ts';
import { InputError, readJson } from './input.ts';
import { asking, type Connection, openLedger } from './live.ts';
import { parseAuditRecord, type Restorable } from './record.ts';

interface Wanted extends Connection {
  readonly from?: string;
  readonly table?: string;
}

export interface FoundRecord {
  readonly record: Restorable;
  /** Undefined for a record from a file where no table is named. */
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

async function ofFile(io: Io, from: string, { table, ...connection }: Wanted): Promise<FoundRecord> {
  const record = parseAuditRecord(from, await readJson(io, from));
  const ledger =
    table === undefined ? undefined : openLedger(table, { ...connection, region: record.region });
  return { record, ledger };
}

async function byId(id: string, { table, ...connection }: Wanted, now: Date): Promise<FoundRecord> {
  const ledger = openLedger(table, connection);
  const entry = await asking('the ledger cannot be read', load(ledger, id));
  if (entry === undefined) {
    throw new InputError(`no record \`${id}\` in the ledger: \`portcullis history\` lists them`);
  }
  if (entry.state === 'planned' && entry.leaseUntil > now.getTime()) {
    throw new InputError(`Portcullis is still at \`${id}\`: try again in three minutes`);
  }
  return { record: parseAuditRecord(id, entry.record), ledger };
}
