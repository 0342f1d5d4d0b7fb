// The SDK lists every region with its name in words, and falls back to a pattern for regions that it does not know. The patterns know
// all of them, so the names stay out.
import type { Plugin } from 'rolldown';

const REGIONS = /"regions": \{(?:\s*"[\w-]+": \{[^{}]*\},?)*\s*\}/g;

/** Leaves each partition its pattern alone. */
export function regionNames(): Plugin {
  return {
    name: 'region-names',
    transform: {
      filter: { id: /\/util-endpoints\/lib\/aws\/partitions\.js$/ },
      handler: (code) => code.replace(REGIONS, '"regions": {}'),
    },
  };
}
