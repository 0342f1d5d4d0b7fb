// What a simulation takes over from the settings of a stage.
import { parseAudience } from '../../lib/audience.ts';
import type { Config, Mode } from '../../lib/config.ts';
import { readSettings } from '../../lib/io/settings-files.ts';
import { parseProtected } from '../../lib/plan/protected.ts';
import { deploymentOf } from '../../lib/settings/deployment.ts';
import { InputError } from './input.ts';
import { DEFAULT_STAGE } from './stage.ts';
import { onlyStageIn } from './stage-settings.ts';

export type Simulated = Pick<Config, 'mode' | 'protected' | 'trimLimit' | 'audience' | 'stage'>;

/** What the command line says; it wins over the settings. */
export interface SaidOnTheLine {
  readonly stage?: string;
  readonly settings?: string;
  readonly mode?: Mode;
  readonly protect?: Config['protected'];
  readonly trimLimit?: number;
}

/**
 * The settings decide where they have one stage, or where the stage is named; without, a simulation shows the most that policies may do.
 * Throws InputError for a stage that the settings do not have.
 */
export function asDeployed({ stage: named, settings, mode, protect, trimLimit }: SaidOnTheLine): Simulated {
  const stage = named ?? (settings ? onlyStageIn(settings) : undefined);
  const deployed = stage === undefined ? undefined : stageOf(settings, stage);
  return {
    mode: mode ?? deployed?.mode ?? 'enforce',
    protected: protect ?? deployed?.protected ?? [],
    trimLimit: trimLimit ?? deployed?.trimLimit ?? 10,
    audience: deployed?.audience ?? {},
    stage: stage ?? DEFAULT_STAGE,
  };
}

function stageOf(file: string | undefined, stage: string): Omit<Simulated, 'stage'> {
  if (!file) throw new InputError('--stage is a stage of your settings: name them with --settings');
  const { settings } = readSettings(file);
  const found = deploymentOf(settings, stage);
  if (found === undefined) {
    const stages = Object.keys(settings.stages).join(', ') || 'none yet';
    throw new InputError(`${file} has no stage \`${stage}\`: it has ${stages}`);
  }
  const { parameters } = found;
  const text = (name: string) => `${parameters[name] ?? ''}`;
  const [contact, portal, timeZone, routingTag] = ['contact', 'portal', 'timeZone', 'routingTag'].map(text);
  const audience = parseAudience({ contact, portal, timeZone, routingTag });
  const selectors = parseProtected(text('protect'));
  return {
    mode: parameters.mode === 'enforce' ? 'enforce' : 'dry-run',
    // The schema has checked both.
    protected: typeof selectors === 'string' ? [] : selectors,
    audience: audience.ok ? audience.audience : {},
    trimLimit: Number(parameters.trimLimit ?? 0),
  };
}
