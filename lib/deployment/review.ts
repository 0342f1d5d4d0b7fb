// Whether a deployment may go ahead, and what the person who deploys sees.
import { confirmationCode, riskyOf, type StackDifferences } from './difference.ts';
import { differenceInWords } from './phrases.ts';

export interface Review {
  /** False where somebody has to confirm, and has not. */
  readonly isAccepted: boolean;
  /** What accepts exactly these changes; undefined where nothing needs it. */
  readonly code: string | undefined;
  readonly lines: readonly string[];
}

/** The review of the deployment of one or several stacks, with the code that was given, if one was. */
export function reviewDeployment(stacks: readonly StackDifferences[], given: string | undefined): Review {
  const code = confirmationCode(stacks);
  const isAccepted = code === undefined || code === given;
  const lines = stacks.flatMap(linesFor);
  if (isAccepted) return { isAccepted, code, lines };
  const risky = stacks.reduce((sum, { differences }) => sum + riskyOf(differences).length, 0);
  const wrong = given === undefined ? [] : [`--confirm ${given} is for other changes than these.`];
  const marked = risky === 1 ? 'The change marked with ! needs' : `The ${risky} changes marked with ! need`;
  const how = `${marked} a confirmation. To accept exactly ${risky === 1 ? 'this one' : 'these'}: --confirm ${code}`;
  return { isAccepted, code, lines: [...lines, '', ...wrong, how] };
}

function linesFor({ place, isFirst, differences }: StackDifferences): readonly string[] {
  const what = isFirst ? `${place} is new` : `What changes in ${place}`;
  if (differences.length === 0)
    return [isFirst ? `${what}.` : `${place}: settings and policies do not change.`];
  return [
    `${what}:`,
    ...differences.map((one) => `  ${one.risk === undefined ? ' ' : '!'} ${differenceInWords(one)}`),
  ];
}
