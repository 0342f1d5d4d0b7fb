// How often a property is asked: enough for each change; `npm run test:deep` asks many times as often.
export const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 2000) };
