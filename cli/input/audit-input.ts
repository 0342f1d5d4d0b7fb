// All that an audit reads: its groups, and what they refer to, from files or from a live account.
import type { Policy } from '../../lib/policy/policy.ts';
import type { Io } from '../io.ts';
import type { AuditInput, AuditSources, ListEntries } from './audit-sources.ts';
import { parseListEntries } from './exported.ts';
import { readJson } from './input.ts';

/** Opens what the options name. Code that reaches AWS is loaded only where it is needed: it takes longer than many an audit. */
export async function openAudit(
  io: Io,
  input: AuditInput,
  policies: readonly Policy[],
): Promise<AuditSources> {
  const { from, prefixLists } = input;
  const entries: ListEntries =
    prefixLists === undefined ? new Map() : parseListEntries(prefixLists, await readJson(io, prefixLists));
  if (from === undefined) {
    const { openAccount } = await import('./audit-account.ts');
    return openAccount(input, policies, entries);
  }
  const { openFile } = await import('./audit-file.ts');
  return openFile(io, { ...input, from }, policies, entries);
}
