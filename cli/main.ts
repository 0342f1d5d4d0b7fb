// The `portcullis` command.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { PolicyError } from '../lib/io/policy-files.ts';
import { auditCommand } from './commands/audit.ts';
import { breakerCommand } from './commands/breaker.ts';
import { historyCommand } from './commands/history.ts';
import { redriveCommand } from './commands/redrive.ts';
import { restoreCommand } from './commands/restore.ts';
import { simulateCommand } from './commands/simulate.ts';
import { testCommand } from './commands/test.ts';
import { validateCommand } from './commands/validate.ts';
import { printError } from './format/print.ts';
import { InputError } from './input/input.ts';
import { checkProfile } from './input/live.ts';

const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

const program = new Command('portcullis')
  .description('Revokes dangerous AWS security group rules seconds after somebody opens them, and says why.')
  .version(version)
  .hook('preAction', (_, command) => checkProfile(command.opts()))
  .addCommand(simulateCommand())
  .addCommand(auditCommand())
  .addCommand(validateCommand())
  .addCommand(testCommand())
  .addCommand(restoreCommand())
  .addCommand(historyCommand())
  .addCommand(redriveCommand())
  .addCommand(breakerCommand())
  .addHelpText(
    'after',
    `
Start here:
  npm run demo                    a recorded event, judged, revoked and told
  portcullis simulate EVENT.json  the same with an event of your own
  portcullis audit                what in this account violates the policies?
  portcullis validate             are the policies right?
  portcullis test                 do they judge what they must?
  portcullis restore ID           puts back what was revoked: see the mail

Exit codes: 0 done; 1 policies with errors, failing cases, violations, or not
all restored; 2 bad usage or unreadable input.`,
  );

try {
  for (const command of family(program)) command.exitOverride().showHelpAfterError('(see --help)');
  // Without words there is nothing to be wrong about; any first word must be a command.
  if (process.argv.length === 2) program.outputHelp();
  else await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** A command and all below it. */
function family(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(family)];
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof InputError || error instanceof PolicyError) {
    printError(error.message);
    return 2;
  }
  throw error;
}
