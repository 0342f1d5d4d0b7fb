// Which random cases properties are asked about: for a change always the same, so that it fails for nothing but what it changed. Every
// night other ones are tried, and `FC_SEED` repeats those that failed.
import fc from 'fast-check';

const { FC_SEED = '1' } = process.env;

if (FC_SEED !== 'random') fc.configureGlobal({ seed: Number(FC_SEED) });
