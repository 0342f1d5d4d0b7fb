// The laws of lib/README.md, enforced.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The reading order: a file may import only what stands before it, and its own folder. */
const ORDER = 'network rule change policy evaluate plan target config report remediation sweep'.split(' ');
/** Pure libraries that the core may build on; of Node's own, a hash is as pure. */
const LIBRARIES = ['node:crypto', 'ipaddr.js', 'leven', 'matcher', 'yaml', 'zod'];

interface Import {
  readonly from: string;
  readonly isType: boolean;
}

const files = readdirSync('.', { recursive: true, encoding: 'utf8' })
  .filter((file) => /^(lib|handlers|cli)\/.*\.ts$/.test(file))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
const core = files.filter(({ file }) => /^lib\/(?!io\/|sandbox\/)/.test(file));

/** The imports of a file; relative ones as paths from the root. */
function importsOf({ file, text }: { readonly file: string; readonly text: string }): readonly Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from '([^']+)'|^import '([^']+)'/gms);
  return [...statements].map(([, type, named, bare]) => {
    const path = named ?? bare ?? '';
    return {
      from: path.startsWith('.') ? relative('.', join(dirname(file), path)) : path,
      isType: type !== undefined,
    };
  });
}

/** `lib/report/mail/mail.ts` and `lib/report/message.ts` are both of the arrow `report`. */
function arrowOf(file: string): string {
  return /^lib\/([^/.]+)/.exec(file)?.[1] ?? '';
}

describe('dependencies point inward', () => {
  it.each(core)('$file imports only the core before it', (source) => {
    const values = importsOf(source).filter(({ from, isType }) => from.startsWith('lib/') && !isType);

    const forward = values.filter(
      ({ from }) => ORDER.indexOf(arrowOf(from)) > ORDER.indexOf(arrowOf(source.file)),
    );
    expect(forward).toEqual([]);
  });

  it('every file of the core belongs to an arrow', () => {
    expect(core.map(({ file }) => arrowOf(file)).filter((arrow) => !ORDER.includes(arrow))).toEqual([]);
  });

  it.each(core)('$file is free of the world', (source) => {
    const values = importsOf(source)
      .filter(({ isType }) => !isType)
      .map(({ from }) => from);

    expect(values.filter((from) => !from.startsWith('lib/') && !LIBRARIES.includes(from))).toEqual([]);
    expect(values.filter((from) => /^lib\/(io|sandbox)\//.test(from))).toEqual([]);
    expect(source.text).not.toMatch(
      /\bprocess\.|\bconsole\.|\bfetch\(|Math\.random|\brandom(UUID|Bytes|Int)|\bnew Date\(\)|Date\.now/,
    );
  });

  it.each(files.filter(({ file }) => file.startsWith('lib/')))(
    '$file knows neither handlers nor cli',
    (source) => {
      expect(importsOf(source).filter(({ from }) => /^(handlers|cli)\//.test(from))).toEqual([]);
    },
  );

  it.each(files.filter(({ file }) => /^(lib\/io|handlers)\//.test(file)))(
    '$file does not know the sandbox',
    (source) => {
      expect(importsOf(source).filter(({ from }) => from.startsWith('lib/sandbox/'))).toEqual([]);
    },
  );
});

describe('files stay small', () => {
  it.each(files)('$file has at most 200 lines', ({ text }) => {
    expect(text.split('\n').length).toBeLessThanOrEqual(201);
  });
});
