// Who may import whom. test/architecture.test.ts has these rules checked; `npx depcruise lib -T dot` draws the rooms.

/** The rooms of lib/ in reading order: each imports only rooms before it. */
export const ROOMS = [
  'network',
  'rule.ts',
  'change',
  'policy',
  'evaluate',
  'plan',
  'target.ts',
  'audience.ts',
  'config.ts',
  'settings',
  'deployment',
  'exposure',
  'evidence',
  'infrastructure',
  'report',
  'remediation',
  'sweep',
  'backtest',
  'io',
  'sandbox',
];

/** The rooms that touch nothing outside the process: those before `io`. */
export const PURE = ROOMS.slice(0, ROOMS.indexOf('io'));

/** What pure rooms may build on: libraries that only compute. */
const LIBRARIES = ['ipaddr.js', 'leven', 'matcher', 'yaml', 'zod'];

/** Everything in order: who stands later may import who stands before. */
const PLACES = [...ROOMS.map((room) => `lib/${room}`), 'handlers', 'cli', 'build', 'test'];

/** The files that make AWS clients, and send nothing. */
export const CLIENT_MAKERS = [
  'lib/sandbox/clients.ts',
  'handlers/evidence.ts',
  'handlers/remediate.ts',
  'handlers/sweep.ts',
  'handlers/tick.ts',
  'cli/input/live.ts',
  'cli/input/live-logs.ts',
  'cli/input/deployment.ts',
  'cli/doctor/clients.ts',
  'cli/backtest/cloudtrail-client.ts',
];

/** Matches the files of a place: a folder with all below it, or one file. */
function within(/** @type {string} */ place) {
  return `^${place.replaceAll('.', '\\.')}(/|$)`;
}

/** One rule for each place but the last, which may import everything. */
const inOrder = PLACES.slice(0, -1).map((place, index) => ({
  name: `order-of-${place}`,
  severity: /** @type {const} */ ('error'),
  comment:
    index === 0
      ? `${place} is the first room and imports no other: move what it needs here`
      : `${place} may import only ${PLACES.slice(0, index).join(', ')}: move what it needs into one of these`,
  from: { path: within(place) },
  to: { path: PLACES.slice(index + 1).map(within) },
}));

/** @satisfies {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'files must not import each other, not even types; move what they share into a file of its own',
      from: {},
      to: { circular: true },
    },
    ...inOrder,
    {
      name: 'no-sandbox-in-lambda',
      severity: 'error',
      comment: 'the sandbox is not deployed: hand the handler a world in cli/ or test/ instead',
      from: { path: '^handlers/' },
      to: { path: '^lib/sandbox/' },
    },
    {
      name: 'pure-rooms',
      severity: 'error',
      comment: `the rooms before lib/io import only types, hashes and ${LIBRARIES.join(', ')}: move what touches the world to lib/io, and hand in its result`,
      from: { path: PURE.map((room) => within(`lib/${room}`)) },
      to: {
        // A hash is a pure function, wherever it comes from.
        pathNot: ['^lib/', '^crypto$', `(^|/)node_modules/(${LIBRARIES.join('|').replaceAll('.', '\\.')})/`],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'aws-commands',
      severity: 'error',
      comment: 'only lib/io/aws and lib/io/ledger use the AWS SDK, others its types: move the call there',
      from: {
        path: ['^lib/(io|sandbox)/', '^handlers/', '^cli/'],
        pathNot: ['^lib/io/(aws|ledger)/', ...CLIENT_MAKERS.map(within)],
      },
      to: { path: '(^|/)node_modules/@(aws-sdk|smithy)/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    // TypeScript 7 has no interface that dependency-cruiser could parse with.
    parser: 'swc',
    tsPreCompilationDeps: true,
    baseDir: import.meta.dirname,
    doNotFollow: { path: 'node_modules' },
  },
};
