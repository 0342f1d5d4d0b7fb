/** The middle and the largest of some milliseconds, rounded. */
export function summary(times: readonly number[]): { readonly median: number; readonly worst: number } {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    median: Math.round(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN),
    worst: Math.round(sorted.at(-1) ?? Number.NaN),
  };
}
