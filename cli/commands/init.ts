// `portcullis init`: a directory of settings and policies that are yours, outside the clone.
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, createCommand, Option } from 'commander';
import { shellQuote } from '../../lib/report/sanitize.ts';
import { print } from '../format/print.ts';
import { templates } from '../init/templates.ts';
import { InputError } from '../input/input.ts';
import { regionOption, stageName } from '../input/parse.ts';
import type { CommandIo } from '../io.ts';
import { VERSION } from '../version.ts';

const CLONE = fileURLToPath(new URL('../..', import.meta.url));
const SCHEMAS = join(CLONE, 'policies');

interface Options {
  readonly stage: string;
  readonly region?: string;
}

/** The command, with its help. */
export function initCommand(io: CommandIo): Command {
  return createCommand('init')
    .description(
      'Writes settings, an example policy with its tests, and a CI workflow into a new directory. Keep the directory outside the clone ' +
        'of Portcullis, in a repository of its own, so that an upgrade changes none of your files.',
    )
    .argument('<dir>', 'the directory; it is created if necessary, and must be empty')
    .option('--stage <name>', 'the stage that you deploy first', stageName, 'prod')
    .addOption(
      new Option('--region <region>', 'the region of that stage').env('AWS_REGION').argParser(regionOption),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 done; 2 bad usage, or the directory is not\nempty, or inside the clone.',
    )
    .action((directory, options) => run(io, directory, options));
}

function run(io: CommandIo, directory: string, { stage, region }: Options): void {
  refuseClone(directory);
  refuseFull(directory);
  const schemas = relative(directory, SCHEMAS).split(sep).join('/');
  const files = templates({ schemas, stage, region, version: VERSION });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
    print(io, `wrote ${join(directory, path)}`);
  }
  print(io, '');
  print(io, `Next, look through settings.yml${region === undefined ? ', name your region there' : ''}, and:`);
  print(io, `  export PORTCULLIS_SETTINGS=${shellQuote(resolve(directory, 'settings.yml'))}`);
  print(io, '  npx --no -- portcullis validate && npx --no -- portcullis test');
  print(io, `  npx --no -- serverless deploy --stage ${stage}`);
}

/** An upgrade switches the clone to another tag: what is in it is not the operator's. */
function refuseClone(directory: string): void {
  const way = relative(CLONE, resolve(directory));
  if (way.startsWith('..') || isAbsolute(way)) return;
  throw new InputError(
    `${directory}: this is inside the clone of Portcullis, which an upgrade replaces: name a directory outside, such as ../our-portcullis`,
  );
}

/** A repository without files is as good as empty. */
function refuseFull(directory: string): void {
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) throw new InputError(`${directory}: this is a file: name a new directory`);
  const [found] = readdirSync(directory).filter((name) => name !== '.git');
  if (found !== undefined)
    throw new InputError(`${directory}: not empty, \`${found}\` is in it: name a new directory`);
}
