// Which policies a command evaluates.
import { Option } from 'commander';
import { nearest } from '../../lib/policy/nearest.ts';
import { compilePolicy, type Policy } from '../../lib/policy/policy.ts';
import { withoutOff } from '../../lib/policy/policy-modes.ts';
import { InputError } from './input.ts';
import { collect } from './parse.ts';
import { type PolicySource, readSource } from './policy-source.ts';

export interface PolicyChoice extends PolicySource {
  /** The ids of the only ones, whatever their mode. */
  readonly policy?: readonly string[];
  readonly allModes?: boolean;
}

/** The option that names policies. */
export function policyOption(): Option {
  const what = 'only the policy with this id, in any mode; can be repeated';
  return new Option('--policy <id>', what).argParser(collect);
}

/** The option for policies that are off, too. */
export function allModesOption(): Option {
  return new Option('--all-modes', 'also evaluate policies whose mode is off').conflicts('policy');
}

/** The chosen policies; throws InputError for an id that none has. */
export function choosePolicies({ policy: ids, allModes, ...source }: PolicyChoice): readonly Policy[] {
  const { where, documents } = readSource(source);
  const all = documents.map(compilePolicy);
  if (ids !== undefined) return chosen(all, ids, where);
  return allModes === true ? all : withoutOff(all);
}

/** Those of some policies that are named; throws InputError for an id that none has. */
export function chosen<P extends Pick<Policy, 'id'>>(
  all: readonly P[],
  ids: readonly string[],
  where: string,
): readonly P[] {
  const known = all.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return all.filter(({ id }) => ids.includes(id));
  const near = nearest(unknown, known);
  const meant = near === undefined ? '' : `, did you mean \`${near}\`?`;
  throw new InputError(`--policy: no policy \`${unknown}\` in ${where}${meant}`);
}
