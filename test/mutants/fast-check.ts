// The same random cases for every mutant, so that a score can be measured twice; and no time spent on smaller counterexamples.
import fc from 'fast-check';

fc.configureGlobal({ seed: 13, endOnFailure: true });
