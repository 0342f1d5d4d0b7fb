// What policies find in a file, as one word.
import { checkGroups } from '../../../cli/check/check-groups.ts';
import { joinedGroups } from '../../../cli/check/joined-groups.ts';
import { readTemplate } from '../../../lib/infrastructure/cloudformation/read-template.ts';
import { parseTemplate } from '../../../lib/infrastructure/cloudformation/template-text.ts';
import type { Declared } from '../../../lib/infrastructure/declared.ts';
import { readPlan } from '../../../lib/infrastructure/terraform/read-plan.ts';
import type { BlockList } from '../../../lib/network/nat64.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';

const said = { title: 'SSH is not open', severity: 'critical', description: 'Close it.', action: 'revoke' };

/** SSH is not open to the world; more of the policy, or other parts, are in `more`. */
export function sshPolicy(more: Readonly<Record<string, unknown>> = {}) {
  const match = { protocol: ['tcp'], ports: [22], source: 'world' };
  return compilePolicy(policySchema.parse({ id: 'ssh', ...said, match, ...more }));
}

export function egressPolicy() {
  const match = { direction: 'egress', protocol: ['tcp'], ports: [25], destination: 'world' };
  return compilePolicy(policySchema.parse({ id: 'mail', ...said, match }));
}

const NOW = new Date('2026-06-01T12:00:00Z');

/** The findings on files together. */
export function findingsIn(
  files: readonly Declared[],
  policies = [sshPolicy()],
  lists: Readonly<Record<string, BlockList>> = {},
  principals?: readonly string[],
) {
  const known = files.flatMap(({ prefixLists }) =>
    [...prefixLists].flatMap(([name, set]) => (set === undefined ? [] : [[name, set] as const])),
  );
  const surrounding = {
    prefixLists: new Map([...known, ...Object.entries(lists)]),
    principals: principals ?? ('unknown' as const),
    now: NOW,
  };
  return checkGroups(joinedGroups(files.flatMap(({ groups }) => groups)), policies, surrounding).map(
    ({ finding }) => finding,
  );
}

export function plan(value: unknown): Declared {
  const declared = readPlan(value);
  if (typeof declared === 'string') throw new Error(declared);
  return declared;
}

export function template(value: unknown, parameters: Readonly<Record<string, string>> = {}): Declared {
  const given = { parameters: new Map(Object.entries(parameters)), region: undefined, accountId: undefined };
  return readTemplate(typeof value === 'string' ? read(value) : value, given);
}

function read(text: string): unknown {
  const parsed = parseTemplate(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed.value;
}

/** `violation`, `undecided` or `compliant`: the worst of all findings. */
export function worst(findings: readonly { readonly verdict: string }[]): string {
  return (
    ['violation', 'undecided', 'exempt'].find((one) => findings.some(({ verdict }) => verdict === one)) ??
    'compliant'
  );
}
