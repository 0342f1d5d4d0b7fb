// The ledger's items for restores. As with revocations, everything is on record before anything is sent.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { attributesOf, type Ledger } from './entries.ts';
import { readItem, writeItem } from './items.ts';

export const RESTORE_OUTCOMES = ['restored', 'refused'] as const;

/** A rule to put back, with its outcome once it was tried. */
export interface RestoredRule {
  readonly rule: AwsSecurityGroupRule;
  readonly outcome?: (typeof RESTORE_OUTCOMES)[number];
  /** The id of the new rule: EC2 never reuses an id. */
  readonly newId?: string;
  readonly detail?: string;
}

export interface Restoration {
  readonly id: string;
  /** The id of the remediation that revoked the rules. */
  readonly of: string;
  readonly state: 'intent' | 'restored';
  readonly time: string;
  readonly accountId: string;
  readonly region: string;
  readonly group: { readonly id: string; readonly name: string };
  readonly rules: readonly RestoredRule[];
  /** The terms of the exception, if one was requested. */
  readonly exception?: { readonly until: string; readonly reason: string; readonly owner: string };
}

/** The id of the restore of a record at a time. */
export function restorationId(of: string, time: Date): string {
  return `restore/${of}/${time.toISOString()}`;
}

/** Writes an intent, which must be new, or the result of an existing intent. */
export async function saveRestoration(ledger: Ledger, restoration: Restoration): Promise<void> {
  const { id, state, time } = restoration;
  const version = state === 'intent' ? 0 : 1;
  const attributes = attributesOf(ledger, { id, kind: 'restore', state, time });
  await writeItem(ledger, attributes, { ...restoration, version });
}

/** Reads the item of a restore; undefined when there is none. */
export async function loadRestoration(ledger: Ledger, id: string): Promise<Restoration | undefined> {
  const item = await readItem<Restoration>(ledger, id);
  if (item === undefined) return undefined;
  const { version: _version, ...restoration } = item;
  return restoration;
}
