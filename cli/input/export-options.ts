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

/** The option for exports and regions that may have no group. */
export function allowEmptyOption(): Option {
  return new Option('--allow-empty', 'pass although there is no security group at all, with --fail-on');
}

/** Every region has a group, unless somebody deleted its default VPC: no group at all is rather a slip. */
export const NOTHING_READ = 'there is no security group: nothing was evaluated';

/** The option for the entries of lists that only AWS knows. */
export function prefixListsOption(): Option {
  const what = 'entries of prefix lists by id or name, such as { "pl-id": ["cidr", ...] }';
  return new Option('--prefix-lists <file>', what);
}
