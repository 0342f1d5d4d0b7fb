// All that an audit reads: its groups, and what they refer to, from files or from a live account.
import type { Policy } from '../../lib/policy/policy.ts';
import type { Io } from '../io.ts';
import type { AuditInput, ListEntries, OpenAudit } from './audit-sources.ts';
import { parseListEntries } from './exported.ts';
import { InputError, readJson } from './input.ts';

/** Opens what the options name. Code that reaches AWS is loaded only where it is needed: it takes longer than many an audit. */
export async function openAudit(io: Io, input: AuditInput, policies: readonly Policy[]): Promise<OpenAudit> {
  const { from, prefixLists } = input;
  const entries: ListEntries =
    prefixLists === undefined ? new Map() : parseListEntries(prefixLists, await readJson(io, prefixLists));
  if (from === undefined) {
    if (input.rules !== undefined)
      throw new InputError(
        '--rules is for groups of --from: of a live account, the audit reads the rules by itself',
      );
    const { openAccount } = await import('./audit-account.ts');
    return openAccount(input, policies, entries);
  }
  const { openFiles } = await import('./audit-file.ts');
  return openFiles(io, { ...input, from }, policies, entries);
}
