// Whether the functions will start with the parameters of the deployment: their own check, before anything is deployed.
import { type Config, ConfigError, parseConfig, parseSweepMode } from '../lib/config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What only CloudFormation knows. */
const LATER = {
  TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:topic',
  LEDGER_TABLE: 'ledger',
  AWS_REGION: 'us-east-1',
};

/** Reads the environment that the functions will have; throws ConfigError in words of the parameters. */
export function checkSettings(environment: Environment): Config {
  try {
    const config = parseConfig({ ...environment, ...LATER });
    parseSweepMode(environment, config.mode);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const inWords = error.message.replace(/^[A-Z_]+/, (name) => `parameter \`${parameterOf(name)}\``);
    throw new ConfigError(inWords);
  }
}

/** BREAKER_LIMIT is given as breakerLimit. */
function parameterOf(variable: string): string {
  return variable.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
