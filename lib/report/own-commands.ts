// Command lines of Portcullis itself, for the deployment that a message is from.
import type { Target } from '../target.ts';
import { shellQuote } from './sanitize.ts';

/** What a command needs to find a deployment. */
export interface Deployed {
  readonly stage: string;
  readonly target: Target;
}

/** `npx --no -- portcullis restore 1beb5d85 --stage prod --region eu-west-1 --rule sgr-0abc`: the words must be safe in a shell. */
export function ownCommand({ stage, target }: Deployed, command: string, options = ''): string {
  const place = `--stage ${shellQuote(stage)} --region ${shellQuote(target.region)}`;
  return `npx --no -- portcullis ${command} ${place}${options}`;
}

/** `npx --no -- portcullis audit --region eu-west-1`: a command that needs no deployment. */
export function auditCommandLine({ region }: Target, options = ''): string {
  return `npx --no -- portcullis audit --region ${shellQuote(region)}${options}`;
}
