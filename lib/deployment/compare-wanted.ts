// What is deployed against what the settings and policies at hand want, without a template of theirs.
import type { PolicyDocument } from '../policy/schema.ts';
import type { StageSettings } from '../settings/deployment.ts';
import { filterOf } from '../settings/subscription-schema.ts';
import { compareInForce } from './compare.ts';
import type { Difference } from './difference.ts';
import { manifestOf } from './manifest.ts';
import type { InForce, TemplateSubscription } from './template.ts';

/**
 * All that a deployment from here would change. What the settings leave open is as it is deployed, but for the mode: without a word
 * about it, a deployment only reports.
 */
export function compareWanted(
  deployed: InForce,
  policies: readonly PolicyDocument[],
  settings: StageSettings | undefined,
  today: string,
): readonly Difference[] {
  const manifest = manifestOf(policies, { release: '' });
  if (settings === undefined) return compareInForce(deployed, { ...deployed, manifest }, today);
  const parameters: Readonly<Record<string, string | number>> = { mode: 'dry-run', ...settings.parameters };
  const wanted = {
    manifest,
    variables: overlaid(deployed.variables, (name) => parameters[parameterOf(name)]),
    parameters: overlaid(deployed.parameters, (name) => parameters[name]),
    subscriptions: subscriptionsOf(settings).map((one) => placed(one, deployed.subscriptions)),
  };
  return compareInForce(deployed, wanted, today);
}

/** TRIM_LIMIT is given as trimLimit. */
function parameterOf(variable: string): string {
  return variable.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

function overlaid(
  values: Readonly<Record<string, string>>,
  valueIn: (name: string) => string | number | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, `${valueIn(name) ?? value}`]),
  );
}

function subscriptionsOf({ parameters: { email }, subscriptions }: StageSettings) {
  const mail = email === undefined ? [] : [{ protocol: 'email', endpoint: `${email}`, filter: {} }];
  const others = subscriptions.map((one) => ({
    ...{ protocol: one.protocol, endpoint: one.endpoint },
    filter: filterOf(one),
  }));
  return [...mail, ...others];
}

/** With the logical id that it has where it is deployed. */
function placed(
  one: Omit<TemplateSubscription, 'resource'>,
  deployed: readonly TemplateSubscription[],
): TemplateSubscription {
  const same = deployed.find(
    ({ protocol, endpoint }) => protocol === one.protocol && endpoint === one.endpoint,
  );
  return { ...one, resource: same?.resource ?? '' };
}
