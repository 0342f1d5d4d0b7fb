// Stages of deployments, as the command line names them.
import { Option } from 'commander';
import { stageName } from './parse.ts';

/** The stage that the framework deploys where none is named. */
export const DEFAULT_STAGE = 'dev';

/** The option `--stage` of a command that works on a deployment. */
export function deployedStageOption(): Option {
  return stageOption('stage of the deployment (default: the only one in --settings, or else dev)');
}

/** The option `--stage`; a command that can do without a deployment has no default for it. */
export function stageOption(what = 'stage of the deployment'): Option {
  return new Option('--stage <stage>', what).argParser(stageName);
}
