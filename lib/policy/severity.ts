// How severe it is to violate a policy.

/** The most severe first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

interface Graded {
  readonly severity: Severity;
}

/** For sorting: the most severe first. */
export function mostSevereFirst(a: Graded, b: Graded): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
}

/** True for one of this severity or a higher one. */
export function isAsSevereAs({ severity }: Graded, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least);
}

/** The severity of the most severe of them; undefined of none. */
export function highestSeverity(all: readonly Graded[]): Severity | undefined {
  return SEVERITIES.find((severity) => all.some((one) => one.severity === severity));
}
