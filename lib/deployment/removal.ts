// What becomes of the ledger and the log when a deployment is removed.

/** The ledger of a stack that is about to be removed. */
export interface RemovedLedger {
  readonly table: string;
  readonly region: string;
  /** Whether the template keeps the table when the stack is deleted. */
  readonly isKept: boolean;
}

/** Why the stack is not removed: nobody has said that the ledger may go with it. Undefined for one that can be removed. */
export function whyNotRemoved({ table, isKept }: RemovedLedger, mayDelete: boolean): string | undefined {
  if (isKept || mayDelete) return undefined;
  return (
    `an older release deployed this stack, and would take the ledger ${table} with it: ` +
    'deploy again, which has it kept, or remove with --delete-ledger'
  );
}

/** What is left after the removal. */
export function removalInWords({ table, region }: RemovedLedger, isDeleted: boolean): readonly string[] {
  const rest = 'The log is deleted. The key of the topic and the queues is deleted in 30 days.';
  if (isDeleted) return [`The ledger ${table} is deleted, with all that an undo could be made from.`, rest];
  return [
    `The ledger is kept: the table ${table} in ${region} holds what was revoked. A new deployment has a ledger of its own.`,
    `To list it: npx --no -- portcullis history --table ${table} --region ${region}; restore takes --table, too.`,
    `To delete it: aws dynamodb delete-table --region ${region} --table-name ${table}`,
    rest,
  ];
}
