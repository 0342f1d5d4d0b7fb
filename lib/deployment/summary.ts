// What is in force once a deployment has ended, and what to do next.
import { ceilingOf } from './compare-settings.ts';
import { effectOf } from './effect.ts';
import { EFFECT_NAMES } from './phrases.ts';
import type { InForce } from './template.ts';

export interface DeploymentResult {
  /** How people call the stack. */
  readonly place: string;
  readonly inForce: InForce;
  readonly outputs: Readonly<Record<string, string>>;
  readonly subscribers: readonly {
    readonly protocol: string;
    readonly endpoint: string;
    readonly isConfirmed: boolean;
  }[];
}

/** The lines about a deployment that has just ended; `options` are those that name its stage and its region. */
export function summaryOf(
  { place, inForce, outputs, subscribers }: DeploymentResult,
  options: string,
): readonly string[] {
  const { MODE: mode = 'unknown', SWEEP_MODE: sweep } = inForce.variables;
  const sweeps = mode === 'enforce' && sweep === 'enforce' ? 'revokes what it finds' : 'only reports';
  const waiting = subscribers.filter(({ isConfirmed }) => !isConfirmed).map(({ endpoint }) => endpoint);
  const heard = subscribers.filter(({ isConfirmed }) => isConfirmed).map(({ endpoint }) => endpoint);
  return [
    `In force in ${place}:`,
    `  mode      ${mode}; the sweep ${sweeps}`,
    `  policies  ${policiesIn(inForce)}`,
    `  ledger    ${outputs.LedgerTable ?? 'unknown'}`,
    `  topic     ${outputs.TopicArn ?? 'unknown'}`,
    `  messages  to ${heard.join(', ') || 'nobody yet'}`,
    ...waiting.map(
      (endpoint) =>
        `  waiting   ${endpoint}: confirm by the link that SNS has sent there; it works for two days`,
    ),
    '',
    `Next: npx --no -- portcullis doctor ${options}`,
    `then: npx --no -- portcullis selftest ${options}`,
  ];
}

/** How many policies do what. */
function policiesIn(inForce: InForce): string {
  const effects = (inForce.manifest?.policies ?? []).map((one) => effectOf(one, ceilingOf(inForce)));
  const counts = Object.entries(EFFECT_NAMES).flatMap(([effect, name]) => {
    const count = effects.filter((one) => one === effect).length;
    return count === 0 ? [] : [`${count} ${name}`];
  });
  return counts.toReversed().join('; ') || 'none';
}
