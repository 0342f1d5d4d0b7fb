// How often a property is asked: `npm run test:deep` asks more often.
export const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 10_000) };
