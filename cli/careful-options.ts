// What no command accepts, whatever its options: values that are empty, and a second value where only one counts.
import type { Command, Option } from 'commander';

/** Refuses both. An empty value is a variable of a script that is not set, and of two values one would be passed over in silence. */
export function refuseCarelessness(command: Command): void {
  for (const option of command.options) if (option.required) watch(command, option);
}

/** Those of which the help says so. */
const REPEATABLE = /\brepeated\b/;

function watch(command: Command, option: Option): void {
  let times = 0;
  command.on(`option:${option.name()}`, (value: string) => {
    times += 1;
    if (value === '') command.error(`error: option '${option.flags}' has an empty value`);
    if (times > 1 && !REPEATABLE.test(option.description))
      command.error(`error: option '${option.flags}' is there ${times} times: give it once`);
  });
}

/** The same for arguments, when all have been read. */
export function refuseEmptyArguments(command: Command): void {
  const empty = command.args.indexOf('');
  if (empty < 0) return;
  const named = command.registeredArguments[Math.min(empty, command.registeredArguments.length - 1)];
  command.error(`error: argument '${named?.name() ?? empty + 1}' is empty`);
}
