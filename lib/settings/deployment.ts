// Settings and a stage to what the deployment is given.
import type { Audience } from '../audience.ts';
import type { SettingsDocument } from './schema.ts';
import type { Subscription } from './subscription-schema.ts';

export interface StageSettings {
  /** Undefined where any account will do. */
  readonly account: string | undefined;
  /** None where whoever deploys says it. */
  readonly regions: readonly string[];
  /** Of those that serverless.yml has, what the settings say. */
  readonly parameters: Readonly<Record<string, string | number>>;
  /** The log groups that the role may read. */
  readonly flowLogs: readonly string[];
  readonly subscriptions: readonly Subscription[];
}

/** How serverless.yml says it. */
const ON_OR_OFF: Readonly<Record<string, string>> = { true: 'on', false: 'off' };

/** What the settings say for a stage; undefined for a stage that they do not have. What is said of the stage wins. */
export function deploymentOf(settings: SettingsDocument, name: string): StageSettings | undefined {
  const stage = Object.hasOwn(settings.stages, name) ? settings.stages[name] : undefined;
  if (stage === undefined) return undefined;
  const sweep = { ...settings.sweep, ...stage.sweep };
  const retention = { ...settings.retention, ...stage.retention };
  const breaker = { ...settings.breaker, ...stage.breaker };
  const flowLogs = stage.flowLogs ?? settings.flowLogs;
  const parameters = {
    mode: stage.mode ?? settings.mode,
    email: stage.mail ?? settings.mail,
    trimLimit: (stage.trim ?? settings.trim)?.limit,
    breakerLimit: breaker.limit,
    breakerMinutes: breaker.minutes,
    protect: (stage.protect ?? settings.protect)?.join(','),
    sweepMode: sweep.mode,
    sweepRate: sweep.rate,
    sweepMaxAge: sweep.maxAge,
    exposure: ON_OR_OFF[String(stage.exposure ?? settings.exposure)],
    flowLogs: flowLogs?.join(','),
    ...audienceOf({ ...settings, ...stage }),
    logRetention: retention.log,
    ledgerRetention: retention.ledger,
  };
  return {
    account: stage.account,
    regions: stage.regions ?? [],
    parameters: Object.fromEntries(
      Object.entries(parameters).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    flowLogs: flowLogs ?? [],
    subscriptions: stage.subscriptions ?? settings.subscriptions ?? [],
  };
}

function audienceOf({
  contact,
  portal,
  timeZone,
  routingTag,
}: Pick<SettingsDocument, keyof Audience>): Readonly<Record<keyof Audience, string | undefined>> {
  return { contact, portal, timeZone, routingTag };
}
