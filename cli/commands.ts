// The commands. Each is read only when it is named: nearly all time of a short run goes into reading code.
import { type Command, createCommand } from 'commander';
import type { CommandIo } from './io.ts';

interface Listed {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<(io: CommandIo) => Command>;
}

/** In the order of the help. */
const COMMANDS: readonly Listed[] = [
  {
    name: 'simulate',
    summary: 'show what Portcullis would do about an event',
    load: async () => (await import('./commands/simulate.ts')).simulateCommand,
  },
  {
    name: 'audit',
    summary: 'evaluate all security groups of an account',
    load: async () => (await import('./commands/audit.ts')).auditCommand,
  },
  {
    name: 'check',
    summary: 'evaluate Terraform plans and CloudFormation templates',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  {
    name: 'backtest',
    summary: 'replay a CloudTrail trail against policies',
    load: async () => (await import('./commands/backtest.ts')).backtestCommand,
  },
  {
    name: 'diff',
    summary: 'compare two sets of policies by their effect',
    load: async () => (await import('./commands/diff.ts')).diffCommand,
  },
  {
    name: 'init',
    summary: 'create a directory for your own settings and policies',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'validate',
    summary: 'check settings and policy files',
    load: async () => (await import('./commands/validate.ts')).validateCommand,
  },
  {
    name: 'test',
    summary: 'run the test cases of policies',
    load: async () => (await import('./commands/test.ts')).testCommand,
  },
  {
    name: 'restore',
    summary: 'restore revoked rules',
    load: async () => (await import('./commands/restore.ts')).restoreCommand,
  },
  {
    name: 'exempt',
    summary: 'write the exception that allows a rule',
    load: async () => (await import('./commands/exempt.ts')).exemptCommand,
  },
  {
    name: 'history',
    summary: 'list past remediations and restores',
    load: async () => (await import('./commands/history.ts')).historyCommand,
  },
  {
    name: 'evidence',
    summary: 'search flow logs for who came in while a rule was open',
    load: async () => (await import('./commands/evidence.ts')).evidenceCommand,
  },
  {
    name: 'redrive',
    summary: 'show dead letters, and retry them',
    load: async () => (await import('./commands/redrive.ts')).redriveCommand,
  },
  {
    name: 'doctor',
    summary: 'check whether a deployment works',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'selftest',
    summary: 'test a deployment with a group that nothing uses',
    load: async () => (await import('./commands/selftest.ts')).selftestCommand,
  },
  {
    name: 'breaker',
    summary: 'show or release the breaker, or stop all revoking',
    load: async () => (await import('./commands/breaker.ts')).breakerCommand,
  },
];

/** All commands; those that no word of the command line names can do no more than be listed. */
export async function commandsFor(argv: readonly string[], io: CommandIo): Promise<readonly Command[]> {
  return Promise.all(
    COMMANDS.map(async ({ name, summary, load }) => {
      const command = argv.includes(name) ? (await load())(io) : createCommand(name);
      return command.summary(summary);
    }),
  );
}
