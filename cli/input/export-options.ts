// The options of commands that read groups from an export, or else from the account.
import { type Command, Option } from 'commander';
import { collect } from './parse.ts';

/** A command with `--from`, whose words differ, and with what goes with it or stands in for it. */
export function withExport(command: Command, from: string, region = ''): Command {
  return command
    .option('--from <file>', from, collect)
    .option('--rules <file>', 'output of `aws ec2 describe-security-group-rules`, to show rule ids')
    .addOption(prefixListsOption())
    .option('--region <region>', `AWS region; can be repeated${region}`, collect)
    .option('--profile <profile>', 'profile of your AWS configuration; can be repeated', collect);
}

/** The option for the entries of lists that only AWS knows. */
export function prefixListsOption(): Option {
  const what = 'entries of prefix lists by id or name, such as { "pl-id": ["cidr", ...] }';
  return new Option('--prefix-lists <file>', what);
}
