// Whether the functions will start with the parameters of the deployment: their own check, before anything is deployed.
import {
  type Config,
  ConfigError,
  MOST_COUNT,
  parseConfig,
  parseSweepMode,
  readCount,
} from '../lib/config.ts';
import { leastSweepAge } from '../lib/settings/sweep-schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What only CloudFormation knows. */
const LATER = {
  TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:topic',
  LEDGER_TABLE: 'ledger',
  AWS_REGION: 'us-east-1',
};

/** Reads the environment that the functions will have; throws ConfigError in words of the parameters. */
export function checkParameters(environment: Environment): Config {
  try {
    const config = parseConfig({ ...environment, ...LATER });
    parseSweepMode(environment, config.mode);
    checkSweepAge(environment);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const inWords = error.message.replace(/^[A-Z_]+/, (name) => `parameter \`${parameterOf(name)}\``);
    throw new ConfigError(inWords);
  }
}

/** A sweep that comes less often than its age may be would raise the alarm again and again; a cron is not looked into. */
function checkSweepAge(environment: Environment): void {
  const hours = readCount(environment, 'SWEEP_MAX_AGE', 1);
  const { SWEEP_RATE: rate = '' } = environment;
  const least = leastSweepAge(rate) ?? 1;
  if (hours >= least) return;
  const use = `with sweepRate \`${rate}\` use a number from ${least} to ${MOST_COUNT}`;
  throw new ConfigError(`SWEEP_MAX_AGE is \`${hours}\`: ${use}`);
}

/** BREAKER_LIMIT is given as breakerLimit. */
function parameterOf(variable: string): string {
  return variable.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
