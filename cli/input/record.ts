// The machine record of a remediation, in whatever it comes wrapped in.
import { z } from 'zod';
import { unpack as unpackItem } from '../../lib/io/ledger/items.ts';
import { parseRule, type SecurityGroupRule } from '../../lib/rule.ts';
import { check, parseExportedRule } from './exported.ts';
import { InputError } from './input.ts';

/** A rule that was to be revoked. */
export interface Closed {
  readonly rule: SecurityGroupRule;
  /** Undefined where the record was written before anything was done. */
  readonly outcome: string | undefined;
  /** How many rules keep a part of it. */
  readonly remainders: number;
  /** How many of its tags the ledger had no room for. */
  readonly omittedTags: number;
  /** The policies that it violates. */
  readonly policies: readonly string[];
}

/** What a restore needs of a record. */
export interface Restorable {
  readonly id: string;
  readonly mode: 'enforce' | 'dry-run';
  readonly accountId: string;
  readonly region: string;
  readonly group: { readonly id: string; readonly name: string };
  readonly closed: readonly Closed[];
  /** How many findings the message had no room for. */
  readonly omitted: number;
}

const kept = z.looseObject({ outcome: z.string() });
const finding = z.looseObject({
  action: z.string(),
  outcome: z.string().optional(),
  rule: z.unknown(),
  policies: z.array(z.looseObject({ id: z.string() })),
  omittedTags: z.int().optional(),
  remainder: z.looseObject({ kept: z.array(kept).optional() }).optional(),
});
const record = z.looseObject({
  version: z.literal(1),
  id: z.string(),
  mode: z.enum(['enforce', 'dry-run']),
  accountId: z.string(),
  region: z.string(),
  group: z.looseObject({ id: z.string(), name: z.string() }),
  findings: z.array(finding),
  omitted: z.int().optional(),
});

/** The record in a JSON value, as SNS delivers it or as the ledger holds it; throws InputError with the place. */
export function parseAuditRecord(what: string, value: unknown): Restorable {
  const unwrapped = unwrap(what, value);
  if (unwrapped instanceof Object && 'message' in unwrapped && unwrapped.message === null) {
    throw new InputError(`${what}: of a simulation in which nothing was found: there is nothing to restore`);
  }
  if (!(unwrapped instanceof Object && 'findings' in unwrapped)) {
    throw new InputError(
      `${what}: this is not a record of Portcullis, and has none in it: SNS sends records to all subscribers but mailboxes, and \`portcullis history --format json\` prints those of the ledger`,
    );
  }
  const { id, mode, accountId, region, group, findings, omitted } = check<z.infer<typeof record>>(
    what,
    record,
    unwrapped,
  );
  const closed = findings.flatMap((one, index): Closed[] => {
    if (one.action !== 'revoke' && one.action !== 'trim') return [];
    const rule = parseRule(parseExportedRule(`${what}: findings.${index}.rule`, one.rule));
    if (rule.groupId !== group.id) {
      throw new InputError(
        `${what}: findings.${index}.rule: of group \`${rule.groupId}\`, not \`${group.id}\``,
      );
    }
    const remainders = one.remainder?.kept?.filter(({ outcome }) => outcome !== 'refused').length ?? 0;
    const { outcome, omittedTags = 0 } = one;
    return [{ rule, outcome, remainders, omittedTags, policies: one.policies.map((policy) => policy.id) }];
  });
  return { id, mode, accountId, region, group, closed, omitted: omitted ?? 0 };
}

/** An SNS notification, an SQS message of one, an entry of the ledger, its item, or a simulation. */
const WRAPPERS = ['Body', 'Message', 'message', 'record', 'Item'] as const;

function unwrap(what: string, value: unknown, depth = 0): unknown {
  const inner = innerOf(what, value);
  return inner === undefined || depth > 5 ? value : unwrap(what, inner, depth + 1);
}

function innerOf(what: string, value: unknown): unknown {
  if (typeof value === 'string') return parse(what, value);
  if (typeof value !== 'object' || value === null || 'findings' in value) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const packed = z.object({ B: z.string() }).safeParse(fields.body);
  if (packed.success) return unpack(what, packed.data.B);
  const name = WRAPPERS.find((wrapper) => fields[wrapper] !== undefined && fields[wrapper] !== null);
  return name === undefined ? undefined : fields[name];
}

/** The body of an item as `aws dynamodb get-item` prints it. */
function unpack(what: string, text: string): unknown {
  try {
    return unpackItem(Buffer.from(text, 'base64'));
  } catch (error) {
    throw new InputError(`${what}: body: not packed as the ledger packs it`, { cause: error });
  }
}

function parse(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${what}: holds a text that is not JSON`, { cause: error });
  }
}
