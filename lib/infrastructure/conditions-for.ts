// The conditions of a file that tell some of its cases from all others.
import type { Case } from './declared.ts';

/** As few conditions as tell these cases from the others; all those of the first case where no list of conditions does. */
export function conditionsFor(holding: ReadonlySet<Case>, cases: readonly Case[]): readonly string[] {
  const [first, ...others] = holding;
  if (first === undefined) return [];
  const common = first.when.filter((one) => others.every(({ when }) => when.includes(one)));
  const tells = (conditions: readonly string[]) =>
    cases.filter(({ when }) => conditions.every((one) => when.includes(one))).length === holding.size;
  if (!tells(common)) return first.when;
  return common.reduce<readonly string[]>((kept, one) => {
    const fewer = kept.filter((other) => other !== one);
    return tells(fewer) ? fewer : kept;
  }, common);
}
