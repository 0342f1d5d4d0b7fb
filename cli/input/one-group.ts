// One group that an operator names: by its id in the account, or by a file that an export of it is in.
import type { DescribedGroup } from '../../lib/io/aws/read-account.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import type { Io } from '../io.ts';
import { openAudit } from './audit-input.ts';
import type { AuditInput, AuditSources, OpenAudit } from './audit-sources.ts';
import { InputError } from './input.ts';

export interface OneGroup {
  readonly described: DescribedGroup;
  readonly source: AuditSources;
}

/** Finds the group; throws InputError where there is none, or a file holds several. */
export async function readOneGroup(
  io: Io,
  named: string,
  input: AuditInput,
  policies: readonly Policy[],
): Promise<OneGroup> {
  const isId = /^sg-[\da-f]+$/.test(named);
  const { sources, close } = await openAudit(io, isId ? input : { ...input, from: [named] }, policies);
  try {
    const found: OneGroup[] = [];
    for await (const one of groupsOf(sources)) {
      if (!isId || one.described.group.GroupId === named) found.push(one);
    }
    const [only, ...others] = found;
    if (only === undefined)
      throw new InputError(`--group: there is no group ${isId ? named : `in ${named}`}`);
    if (others.length > 0)
      throw new InputError(`--group: ${named} holds ${found.length} groups: with --rule, give one`);
    return only;
  } finally {
    await close();
  }
}

async function* groupsOf(sources: OpenAudit['sources']): AsyncGenerator<OneGroup> {
  for await (const source of sources) {
    for await (const described of source.groups) yield { described, source };
  }
}
