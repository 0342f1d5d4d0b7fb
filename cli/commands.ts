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
    summary: 'show what would happen to an event',
    load: async () => (await import('./commands/simulate.ts')).simulateCommand,
  },
  {
    name: 'audit',
    summary: 'evaluate all security groups',
    load: async () => (await import('./commands/audit.ts')).auditCommand,
  },
  {
    name: 'check',
    summary: 'evaluate Terraform plans and CloudFormation templates',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  {
    name: 'backtest',
    summary: 'replay a trail against policies',
    load: async () => (await import('./commands/backtest.ts')).backtestCommand,
  },
  {
    name: 'diff',
    summary: 'compare two sets of policies by what they do',
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
    summary: 'restore what was revoked',
    load: async () => (await import('./commands/restore.ts')).restoreCommand,
  },
  {
    name: 'exempt',
    summary: 'write the exception that lets a rule stay',
    load: async () => (await import('./commands/exempt.ts')).exemptCommand,
  },
  {
    name: 'history',
    summary: 'list what was done',
    load: async () => (await import('./commands/history.ts')).historyCommand,
  },
  {
    name: 'evidence',
    summary: 'ask flow logs who came in while a rule was open',
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
    summary: 'open a group that nothing uses, and see it closed',
    load: async () => (await import('./commands/selftest.ts')).selftestCommand,
  },
  {
    name: 'breaker',
    summary: 'see what the breaker holds, release it, or stop all revoking',
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
