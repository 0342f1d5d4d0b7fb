// Leaving alone what would go.
import { type Finding, type Held, type Hold, type Plan, revocations } from './plan.ts';

/** The plan with what would go left alone where there is a reason to. */
export function hold(plan: Plan, whyHeld: (finding: Finding) => Hold | undefined): Plan {
  const goes = (finding: Finding) => whyHeld(finding) === undefined;
  return {
    ...plan,
    revoke: plan.revoke.filter(goes),
    trim: plan.trim.filter(goes),
    held: [...plan.held, ...asHeld(revocations(plan), whyHeld)],
  };
}

/** The plan of a group that is never acted on: what policies in dry run ask for is left alone, too. */
export function holdAll(plan: Plan, why: Hold): Plan {
  const held = hold(plan, () => why);
  return { ...held, dryRun: [], held: [...held.held, ...asHeld(plan.dryRun, () => why)] };
}

function asHeld(
  findings: readonly Finding[],
  whyHeld: (finding: Finding) => Hold | undefined,
): readonly Held[] {
  return findings.flatMap((finding) => {
    const why = whyHeld(finding);
    const { rule, verdicts, also } = finding;
    return why === undefined ? [] : [{ rule, verdicts, also, ...why }];
  });
}
