// The laws of lib/README.md. Who may import whom stands in .dependency-cruiser.mjs.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cruise, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import { describe, expect, it } from 'vitest';
import rules, { CLIENT_MAKERS, PURE, ROOMS } from '../.dependency-cruiser.mjs';

const FOLDERS = ['lib', 'handlers', 'cli', 'build', 'test'];

interface Source {
  readonly file: string;
  readonly text: string;
}

const sources: readonly Source[] = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ file: `${folder}/${path}`, text: readFileSync(`${folder}/${path}`, 'utf8') })),
);
const shipped = sources.filter(({ file }) => /^(lib|handlers|cli)\//.test(file));
const pure = shipped.filter(({ file }) => PURE.includes(roomOf(file)));

/** `plan` for `lib/plan/plan.ts`, `rule.ts` for `lib/rule.ts`. */
function roomOf(file: string): string {
  return /^lib\/([^/]+)/.exec(file)?.[1] ?? '';
}

describe('imports', async () => {
  const { forbidden, options } = rules;
  const { output } = await cruise(FOLDERS, { ...options, validate: true, ruleSet: { forbidden } });
  const { modules, summary } = output as ICruiseResult;

  it('are read of every file', () => {
    const read = new Set(modules.map(({ source }) => source));

    expect(sources.length).toBeGreaterThan(0);
    const unread = sources.filter(({ file }) => !read.has(file));
    expect(unread.map(({ file }) => `${file} was not read: look at the options`)).toEqual([]);
  });

  it.each(forbidden)('obey the rule $name', ({ name }) => {
    expect(summary.violations.filter(({ rule }) => rule.name === name).map(sentence)).toEqual([]);
  });

  it('stand at the top, or in the command name their file, where the rules see them', () => {
    const dynamic = ({ file, text }: Source) => {
      const seen = modules.find(({ source }) => source === file)?.dependencies.filter((to) => to.dynamic);
      const written = text.match(/\bimport\(/g)?.length ?? 0;
      return file.startsWith('cli/') ? written - (seen?.length ?? 0) : written;
    };
    const hidden = shipped.filter((source) => dynamic(source) > 0);

    expect(hidden.map(({ file }) => `${file} imports within its code: import at its top instead`)).toEqual(
      [],
    );
  });

  it.each(CLIENT_MAKERS)('of the AWS SDK in %s are of clients alone', (maker) => {
    const { text = '' } = sources.find(({ file }) => file === maker) ?? {};
    const names = [...text.matchAll(/^import \{([^}]*)\} from '@aws-sdk/gm)].flatMap(([, list = '']) =>
      list.split(','),
    );
    const others = names
      .map((name) => name.trim())
      .filter((name) => !/^(type )?\w+Client(Config)?$/.test(name));

    expect(names.length).toBeGreaterThan(0);
    expect(
      others.map((name) => `${maker} imports ${name}: send it from lib/io/aws or lib/io/ledger`),
    ).toEqual([]);
  });

  function sentence({ from, to, unresolvedTo, rule, cycle = [] }: IViolation): string {
    const comment = forbidden.find(({ name }) => name === rule.name)?.comment;
    const named = to.includes('node_modules/') ? unresolvedTo : to;
    const imported = cycle.length === 0 ? named : cycle.map(({ name }) => name).join(', which imports ');
    return `${from} imports ${imported}: ${comment}`;
  }
});

describe('lib', () => {
  it('has no file outside the rooms', () => {
    const strangers = sources.filter(({ file }) => file.startsWith('lib/') && !ROOMS.includes(roomOf(file)));

    expect(
      strangers.map(
        ({ file }) => `${file} is in no room: move it to one, or name its room in .dependency-cruiser.mjs`,
      ),
    ).toEqual([]);
  });

  it('lists its rooms in order', () => {
    const [, list = ''] = /\n((?:`[a-z.]+\/?` ?)+)\./.exec(readFileSync('lib/README.md', 'utf8')) ?? [];

    expect([...list.matchAll(/`([a-z.]+)\/?`/g)].map(([, room]) => room)).toEqual(
      PURE.filter((room) => existsSync(`lib/${room}`)),
    );
  });
});

/** What is different at another time, in another place or on another machine. */
const IMPURE: Readonly<Record<string, RegExp>> = {
  'the process': /\b(process|globalThis)\b/,
  'the console': /\bconsole\b(?!\\)/,
  'the network': /\bfetch\b/,
  chance: /\bMath\.random\b|\bcrypto\b/,
  'the clock': /\bDate\.now\b|\bDate\(\)|\bnew Date\b(?!\()|\bperformance\b|\bTemporal\.Now\b/,
  timers: /\bset(Timeout|Interval|Immediate)\b/,
  "the machine's locale":
    /\bIntl\.\w+\((?!['"])|\.toLocale\w+\((?!['"])|\.localeCompare\((?:[^(),]|\([^()]*\))*\)/,
};

describe('the rooms before io', () => {
  it.each(Object.entries(IMPURE))('do not look at %s', (world, pattern) => {
    const looking = pure.filter(({ text }) => pattern.test(codeOf(text)));

    expect(pure.length).toBeGreaterThan(0);
    expect(looking.map(({ file }) => `${file} looks at ${world}: have it handed in as an argument`)).toEqual(
      [],
    );
  });
});

/** Without comments, and without the words of plain strings: of these only the marks stay. */
function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
    .replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, "''");
}

describe('an exported name', () => {
  it('has one meaning', () => {
    const exported = shipped.flatMap(({ file, text }) =>
      [...new Set([...text.matchAll(EXPORT)].map(([, name = '']) => name))].map((name) => ({ name, file })),
    );
    const files = [...Map.groupBy(exported, ({ name }) => name)].map(([name, of]) => ({
      name,
      files: of.map(({ file }) => file),
    }));

    expect(exported.length).toBeGreaterThan(0);
    expect(
      files
        .filter((one) => one.files.length > 1 && !isOfMachines(one.files) && one.name !== 'handler')
        .map((one) => `${one.files.join(' and ')} export \`${one.name}\`: rename all but one`),
    ).toEqual([]);
  });
});

const EXPORT = /^export (?:async )?(?:function\*?|const|class|interface|type|enum) (\w+)/gm;

/** The machines have the same shape: their files and what these export have the same names. */
function isOfMachines(files: readonly string[]): boolean {
  const names = files.map((file) => /^lib\/(?:remediation|sweep)\/([^/]+)$/.exec(file)?.[1]);
  return names[0] !== undefined && new Set(names).size === 1;
}

it('every file has at most 200 lines', () => {
  const long = shipped.filter(({ text }) => text.trimEnd().split('\n').length > 200);

  expect(long.map(({ file }) => `${file} has more than 200 lines: split it`)).toEqual([]);
});
