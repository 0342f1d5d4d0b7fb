// `portcullis test`: every policy against the rules that its author says it must judge.
import { existsSync } from 'node:fs';
import { type Command, createCommand, Option } from 'commander';
import { type PolicyFile, readPolicyFiles } from '../lib/io/policy-files.ts';
import { type CaseResult, runCase, withExceptions } from '../lib/report/cases.ts';
import { print } from './print.ts';
import { readCases } from './read-cases.ts';
import { type Results, SHOW } from './show-results.ts';

/** The command, with its help. */
export function testCommand(): Command {
  return createCommand('test')
    .summary('run the test cases of policies')
    .description('Judges the rules of every <id>.test.yaml by <id>.yaml and compares the verdicts.')
    .argument('[dir]', 'directory of policy files', 'policies')
    .addOption(
      new Option('--format <format>', 'how to report').choices(['text', 'json', 'junit']).default('text'),
    )
    .addHelpText('after', '\nExit codes: 0 every case passes; 1 some case fails; 2 a file cannot be read.')
    .action(run);
}

function run(directory: string, { format }: { readonly format: keyof typeof SHOW }): void {
  const results = readPolicyFiles(directory).map(resultsOf);
  print(SHOW[format](results));
  if (results.some(({ cases }) => cases.some(({ passed }) => !passed))) process.exitCode = 1;
}

function resultsOf({ file, policy }: PolicyFile): Results {
  const tests = file.replace(/\.yaml$/, '.test.yaml');
  return { policy: policy.id, file: tests, cases: existsSync(tests) ? runAll(policy, tests) : [] };
}

function runAll(document: PolicyFile['policy'], tests: string): readonly CaseResult[] {
  const file = readCases(tests);
  const policy = withExceptions(document, file);
  return file.cases.map((policyCase) => runCase(policy, policyCase));
}
