// Where the settings say that a stage is deployed.
import { readSettings } from '../../lib/io/settings-files.ts';
import { deploymentOf } from '../../lib/settings/deployment.ts';
import { InputError } from './input.ts';

export interface StagePlace {
  /** Undefined where whoever asks says it. */
  readonly region: string | undefined;
  /** Undefined where any account will do. */
  readonly account: string | undefined;
}

/** The only stage of the settings; undefined where they have several, or none yet. */
export function onlyStageIn(file: string): string | undefined {
  const [only, ...others] = Object.keys(readSettings(file).settings.stages);
  return others.length === 0 ? only : undefined;
}

/** The only region of all stages; undefined where they have several, or one of them leaves it to whoever deploys. */
export function onlyRegionIn(file: string): string | undefined {
  const { settings } = readSettings(file);
  const regions = Object.keys(settings.stages).map((name) => deploymentOf(settings, name)?.regions ?? []);
  const [only, ...others] = new Set(regions.flat());
  return others.length === 0 && regions.every((of) => of.length > 0) ? only : undefined;
}

/** The only account of all stages, likewise. */
export function onlyAccountIn(file: string): string | undefined {
  const { settings } = readSettings(file);
  const accounts = Object.keys(settings.stages).map((name) => deploymentOf(settings, name)?.account);
  const [only, ...others] = new Set(accounts);
  return others.length === 0 ? only : undefined;
}

/** What the settings say of the breaker of a stage. */
export function breakerIn(
  file: string,
  stage: string,
): { readonly limit?: number; readonly minutes?: number } {
  const { breakerLimit, breakerMinutes } = deploymentOf(readSettings(file).settings, stage)?.parameters ?? {};
  return {
    ...(breakerLimit === undefined ? {} : { limit: Number(breakerLimit) }),
    ...(breakerMinutes === undefined ? {} : { minutes: Number(breakerMinutes) }),
  };
}

/**
 * The account of a stage, and the region that is meant: the one that is named, or else its only one, or the one of them that the
 * environment has. Throws InputError for a stage or a region that the settings do not have, and FileError for settings with errors.
 */
export function placeInSettings(
  file: string,
  stage: string,
  named: string | undefined,
  ambient: string | undefined,
): StagePlace {
  const { settings } = readSettings(file);
  const found = deploymentOf(settings, stage);
  if (found === undefined) {
    throw new InputError(
      `${file} has no stage \`${stage}\`: it has ${Object.keys(settings.stages).join(', ')}`,
    );
  }
  const { account, regions } = found;
  if (regions.length === 0) return { region: named, account };
  if (named !== undefined && !regions.includes(named)) {
    throw new InputError(
      `--region: stage \`${stage}\` is for ${regions.join(', ')}, and not for \`${named}\``,
    );
  }
  const [only, ...others] =
    regions.length === 1 ? regions : regions.filter((one) => one === (named ?? ambient));
  if (only !== undefined && others.length === 0) return { region: only, account };
  throw new InputError(`stage \`${stage}\` has the regions ${regions.join(', ')}: name one with --region`);
}
