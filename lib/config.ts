// The environment to a Config, checked once.

import { type Audience, parseAudience } from './audience.ts';
import { PROTECTED_FORMS, parseProtected } from './plan/protected.ts';
import type { GroupSelector } from './policy/selector.ts';
import type { Target } from './target.ts';

export type Mode = 'enforce' | 'dry-run';

export interface Config {
  readonly mode: Mode;
  readonly region: string;
  /** The stage of the deployment, by which the commands in messages find it. */
  readonly stage: string;
  readonly topicArn: string;
  /** The table of the ledger. */
  readonly ledgerTable: string;
  /** How many days an entry of the ledger is kept. */
  readonly ledgerRetention: number;
  /** How often the retry queue gives an event before it is a dead letter. */
  readonly maxReceives: number;
  /** Rules of how many groups may be revoked in how many minutes before the breaker has further ones wait. */
  readonly breakerLimit: number;
  readonly breakerMinutes: number;
  /** Groups that rules are never taken from. */
  readonly protected: readonly GroupSelector[];
  /** The function's own role; undefined where nothing is trimmed. */
  readonly roleArn: string | undefined;
  /** Whether messages say what packets from the internet could reach. */
  readonly isExposureOn: boolean;
  /** The log groups of VPC Flow Logs that are asked who came in; none where nobody is to ask. */
  readonly flowLogs: readonly string[];
  /** The most rules that one trimmed rule may become; 0 where nothing may be trimmed. */
  readonly trimLimit: number;
  /** Whom the messages are for. */
  readonly audience: Audience;
}

/** A setting that is missing or wrong; the message names the variable and what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads MODE (`enforce` or `dry-run`), EXPOSURE (`on` or `off`), STAGE, TOPIC_ARN, LEDGER_TABLE, TRIM_LIMIT, MAX_RECEIVES, BREAKER_LIMIT, BREAKER_MINUTES, AWS_REGION and, where they are set, LEDGER_RETENTION, PROTECT, FLOW_LOGS, ROLE_ARN, CONTACT, PORTAL, TIME_ZONE and ROUTING_TAG; throws ConfigError. There are no defaults to guess. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const mode = required(environment, 'MODE');
  if (mode !== 'enforce' && mode !== 'dry-run') {
    throw new ConfigError(`MODE is \`${mode}\`: use \`enforce\` or \`dry-run\``);
  }
  const topicArn = required(environment, 'TOPIC_ARN');
  if (!/^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+$/.test(topicArn)) {
    throw new ConfigError(`TOPIC_ARN is \`${topicArn}\`: use the ARN of an SNS topic`);
  }
  return {
    mode,
    topicArn,
    stage: required(environment, 'STAGE'),
    ledgerTable: required(environment, 'LEDGER_TABLE'),
    // A deployment from before it was a parameter has none: such a function is no broken one.
    ledgerRetention: readCount(
      { LEDGER_RETENTION: '400', ...environment },
      'LEDGER_RETENTION',
      LEAST_DAYS,
      MOST_DAYS,
    ),
    trimLimit: readCount(environment, 'TRIM_LIMIT'),
    breakerLimit: readCount(environment, 'BREAKER_LIMIT', 1, MOST_COUNTED),
    breakerMinutes: readCount(environment, 'BREAKER_MINUTES', LEAST_MINUTES),
    protected: protectedGroups(environment.PROTECT ?? ''),
    ...surroundingsOf(environment),
    roleArn: environment.ROLE_ARN,
    maxReceives: readCount(environment, 'MAX_RECEIVES', 1),
    region: required(environment, 'AWS_REGION'),
    audience: audienceOf(environment),
  };
}

/** What is read of the network around a group. Who came in is asked of the interfaces there. */
function surroundingsOf(environment: Environment): Pick<Config, 'isExposureOn' | 'flowLogs'> {
  const exposure = required(environment, 'EXPOSURE');
  if (exposure !== 'on' && exposure !== 'off') {
    throw new ConfigError(`EXPOSURE is \`${exposure}\`: use \`on\` or \`off\``);
  }
  const flowLogs = (environment.FLOW_LOGS ?? '').split(',').filter((name) => name !== '');
  if (exposure === 'off' && flowLogs.length > 0) {
    throw new ConfigError(`FLOW_LOGS is \`${flowLogs}\`: it needs \`on\` for exposure`);
  }
  return { isExposureOn: exposure === 'on', flowLogs };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the sweep only tells what it finds, or closes it. */
export type SweepMode = 'report' | 'enforce';

/** Reads SWEEP_MODE (`report` or `enforce`); throws ConfigError. In a dry run every sweep only reports. */
export function parseSweepMode(
  environment: Readonly<Record<string, string | undefined>>,
  mode: Mode,
): SweepMode {
  const sweepMode = required(environment, 'SWEEP_MODE');
  if (sweepMode !== 'report' && sweepMode !== 'enforce') {
    throw new ConfigError(`SWEEP_MODE is \`${sweepMode}\`: use \`report\` or \`enforce\``);
  }
  return mode === 'enforce' ? sweepMode : 'report';
}

/** The deployment's own target: its topic is of its account. */
export function homeTarget({ topicArn, region }: Config): Target {
  const [, partition = 'aws', , , accountId = ''] = topicArn.split(':');
  return { partition, accountId, region };
}

function audienceOf(environment: Readonly<Record<string, string | undefined>>): Audience {
  const { CONTACT: contact, PORTAL: portal, TIME_ZONE: timeZone, ROUTING_TAG: routingTag } = environment;
  const parsed = parseAudience({ contact, portal, timeZone, routingTag });
  if (parsed.ok) return parsed.audience;
  const { key, problem } = parsed;
  throw new ConfigError(`${key.replace(/[A-Z]/g, '_$&').toUpperCase()}: ${problem}`);
}

function protectedGroups(text: string): readonly GroupSelector[] {
  const parsed = parseProtected(text);
  if (typeof parsed !== 'string') return parsed;
  throw new ConfigError(`PROTECT has \`${parsed}\`: ${PROTECTED_FORMS}`);
}

/** What the breaker has let through must not be forgotten while who is to revoke it lives, which is a quarter of an hour. */
export const LEAST_MINUTES = 12;
/** The groups that the breaker counts, for each policy, have to fit into an item of the ledger. */
export const MOST_COUNTED = 500;

/** A sweep asks the ledger about the changes since the last one, and people about what happened last week. */
export const LEAST_DAYS = 30;
export const MOST_DAYS = 3653;

/** The largest number that a parameter may be. */
export const MOST_COUNT = 9999;

/** A number among the parameters, written without leading zeros; throws ConfigError. */
export function readCount(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  least = 0,
  most = MOST_COUNT,
): number {
  const value = required(environment, name);
  // `00` would be 0 here, and something else than 0 to the template.
  const isNumber = /^(0|[1-9]\d{0,3})$/.test(value);
  if (isNumber && Number(value) >= least && Number(value) <= most) return Number(value);
  throw new ConfigError(`${name} is \`${value}\`: use a number from ${least} to ${most}`);
}

function required(environment: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new ConfigError(`${name} is not set`);
  return value;
}
