// Makes plain `serverless package` and `serverless deploy` build what they ship, as the settings say.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isShipping, regionFor } from './region.js';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
// The build needs the Node.js that reads TypeScript, whichever one runs the framework.
const node = fileURLToPath(import.meta.resolve('node/bin/node'));

/** Commands that change something in an account. */
const CHANGING = ['deploy', 'deploy function', 'remove', 'rollback', 'rollback function'];

/**
 * @typedef {{
 *   classes: { Error: new (message: string) => Error },
 *   processedInput: { command: string, isHelpRequest: boolean },
 *   configurationInput: { params: { default: Record<string, unknown> }, resources: unknown[] },
 *   service: {
 *     custom: { checked: Record<string, unknown> },
 *     provider: { environment: Record<string, unknown> },
 *     functions: { sweep: { environment: Record<string, unknown> } },
 *   },
 *   getProvider: (name: 'aws') => { getAccountId: () => Promise<string> },
 * }} Serverless
 * @typedef {{
 *   account?: string,
 *   regions: string[],
 *   parameters: Record<string, string | number>,
 *   resources: Record<string, unknown>,
 * }} Deployment What the settings say of a stage, as deployment.ts prints it
 */

export default class BuildPlugin {
  /**
   * @param {Serverless} serverless
   * @param {{ param?: string[], stage?: string, region?: string }} options
   * @param {{ log: { warning: (message: string) => void } }} utils
   */
  constructor(serverless, { param: given = [], stage = 'dev', region: named }, { log }) {
    const { configurationInput, processedInput, service } = serverless;
    const { command, isHelpRequest } = processedInput;
    const parameters = configurationInput.params.default;
    const known = Object.keys(parameters);
    const fail = (/** @type {string} */ message) => {
      throw new serverless.classes.Error(message);
    };

    // The framework passes over what it does not know: a deployment that was to enforce would only report.
    const checkNames = () => {
      const unknown = given.map((text) => text.split('=')[0] ?? '').filter((name) => !known.includes(name));
      if (unknown.length > 0) fail(`there is no parameter \`${unknown[0]}\`: there are ${known.join(', ')}`);
    };
    const runBuild = () => {
      checkNames();
      const { status } = spawnSync(node, [at('./build.ts')], {
        stdio: 'inherit',
        env: environmentOf(service),
      });
      if (status !== 0) fail('nothing was packaged: the build failed, see above');
    };
    /** @type {Record<string, () => void | Promise<void>>} */
    this.hooks = {
      'before:package:createDeploymentArtifacts': runBuild,
      'before:package:function:package': runBuild,
    };
    if (isHelpRequest) return;

    if (given.some((text) => text.startsWith('flowLogs=')))
      fail('`flowLogs` is a setting: what it names gets into the role. Write it into settings.yml');
    const empty = given.find((text) => /^[^=]+=$/.test(text));
    if (empty !== undefined)
      fail(`\`--param=${empty}\` has no value: leave it out, and its key out of the settings`);
    const settings = readSettings(stage);
    // What is deployed can be looked at and removed whatever the settings say today.
    if (settings === 'unreadable' && isShipping(command)) fail('the settings cannot be used, see above');
    const ambient = process.env.AWS_REGION || undefined;
    const place = regionFor({ command, stage, named, ambient, settings });
    parameters.region = 'region' in place ? place.region : fail(place.problem);
    if (settings === 'unreadable')
      log.warning('the settings cannot be used, see above: the account is not checked');
    if (typeof settings === 'string') return;

    Object.assign(parameters, settings.parameters);
    configurationInput.resources.push({ Resources: settings.resources });
    const { account: expected } = settings;
    const checkAccount = async () => {
      if (expected === undefined || !CHANGING.includes(command)) return;
      const account = await serverless.getProvider('aws').getAccountId();
      if (account !== expected)
        fail(`stage \`${stage}\` is for account ${expected}, and these credentials are of ${account}`);
    };
    this.hooks = { ...this.hooks, initialize: checkAccount };
  }
}

/**
 * What the settings that the environment names say of a stage; what is wrong with them goes to standard error.
 * @returns {Deployment | 'none' | 'unreadable'}
 */
function readSettings(/** @type {string} */ stage) {
  const { PORTCULLIS_SETTINGS: file } = process.env;
  if (!file) return 'none';
  const { status, stdout } = spawnSync(node, [at('./deployment.ts'), file, stage], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  return status === 0 ? JSON.parse(stdout) : 'unreadable';
}

/** The environment that the functions will have, as far as it is known: the rest are references that only CloudFormation can resolve. */
function environmentOf(/** @type {Serverless['service']} */ { custom, provider, functions }) {
  const all = { ...custom.checked, ...provider.environment, ...functions.sweep.environment };
  const known = Object.entries(all).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number',
  );
  return { ...process.env, ...Object.fromEntries(known.map(([name, value]) => [name, `${value}`])) };
}
