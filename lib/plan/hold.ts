// Leaving alone what would go: in whole groups, and for a while.
import { type Finding, type Held, type Hold, type Plan, revocations } from './plan.ts';

/** The plan of a group that is never acted on: what policies in dry run ask for is left alone, too. */
export function holdAll(plan: Plan, why: Hold): Plan {
  const asHeld = ({ rule, verdicts, also }: Finding): Held => ({ rule, verdicts, also, ...why });
  const held = [...plan.held, ...[...revocations(plan), ...plan.dryRun].map(asHeld)];
  return { ...plan, revoke: [], trim: [], dryRun: [], held };
}

/** Of several reasons to leave a rule alone, the one to report: the grace that ends first, or else what no time ends. */
export function firstHold(holds: readonly Hold[]): Hold | undefined {
  const graces = holds.filter((hold) => hold.because === 'grace');
  const [first] = graces.toSorted((a, b) => Date.parse(a.until) - Date.parse(b.until));
  return first ?? holds[0];
}
