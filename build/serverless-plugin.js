// Makes plain `serverless package` and `serverless deploy` build what they ship, as the settings say, and has each deployment reviewed.
import { reviewDeployment, showInForce } from './guarded-deployment.js';
import { removalHooks } from './guarded-removal.js';
import { runScript } from './node-script.js';
import { isShipping, regionFor } from './region.js';

/** Commands that change something in an account. */
const CHANGING = ['deploy', 'remove'];

const REDEPLOY = 'switch the clone or the settings to the commit that is to be in force, and deploy';
/** Commands that would change the functions past the review, and what does the same. */
const PAST_REVIEW = new Map([
  ['deploy function', 'use `serverless deploy`, which deploys what has changed'],
  ['rollback', REDEPLOY],
  ['rollback function', REDEPLOY],
]);

const SETTINGS = { settings: { usage: 'Your settings.yml (default: PORTCULLIS_SETTINGS)', type: 'string' } };
const COMMANDS = {
  ...Object.fromEntries(
    ['package', 'print', 'info', 'logs', 'invoke'].map((name) => [name, { options: SETTINGS }]),
  ),
  deploy: {
    options: {
      ...SETTINGS,
      plan: { usage: 'Say what the deployment would change, and stop', type: 'boolean' },
      confirm: { usage: 'Accept the changes that have this code', type: 'string' },
    },
  },
  remove: {
    options: {
      ...SETTINGS,
      'delete-ledger': { usage: 'Delete the ledger, too, with all that was revoked', type: 'boolean' },
    },
  },
  // Where a command ends that has been reviewed and is not to go on.
  review: { type: 'entrypoint', lifecycleEvents: ['end'] },
};

/**
 * @typedef {import('./framework.ts').Serverless} Serverless
 * @typedef {{
 *   account?: string,
 *   regions: string[],
 *   parameters: Record<string, string | number>,
 *   resources: Record<string, unknown>,
 * }} Deployment What the settings say of a stage, as deployment.ts prints it
 */

export default class BuildPlugin {
  commands = COMMANDS;

  /**
   * @param {Serverless} serverless
   * @param {import('./framework.ts').Options} options
   * @param {{ log: import('./framework.ts').Log }} utils
   */
  constructor(serverless, options, { log }) {
    const { configurationInput, processedInput, service } = serverless;
    const { command, isHelpRequest } = processedInput;
    const parameters = configurationInput.params.default;
    const names = Object.keys(parameters);
    const fail = failIn(serverless);

    /** @type {unknown} */
    let manifest;
    const runBuild = () => {
      checkNames(options.param ?? [], names, fail);
      manifest = runScript('./build.ts', { env: environmentOf(service) });
      if (manifest === undefined) fail('nothing was packaged: the build failed, see above');
    };
    const addManifest = () => {
      service.provider.compiledCloudFormationTemplate.Metadata = { Portcullis: manifest };
    };
    /** @type {Record<string, () => unknown>} */
    this.hooks = {
      'before:package:createDeploymentArtifacts': runBuild,
      'after:aws:package:finalize:mergeCustomProviderResources': addManifest,
    };
    if (isHelpRequest) return;

    const instead = PAST_REVIEW.get(command);
    if (instead !== undefined)
      fail(`\`${command}\` would change what is in force without a review: ${instead}`);
    checkValues(options.param ?? [], fail);
    if (options.settings !== undefined) process.env.PORTCULLIS_SETTINGS = options.settings;
    const { stage = 'dev', region: named } = options;
    const settings = readSettings(stage);
    // What is deployed can be looked at and removed whatever the settings say today.
    if (settings === 'unreadable' && isShipping(command)) fail('the settings cannot be used, see above');
    const ambient = process.env.AWS_REGION || undefined;
    const place = regionFor({ command, stage, named, ambient, settings });
    const { region, regions } = 'region' in place ? place : fail(place.problem);
    parameters.region = region;
    const deployment = { serverless, stage, region, regions, options, log };
    Object.assign(this.hooks, hooksOf(command, deployment));
    if (settings === 'unreadable')
      log.warning('the settings cannot be used, see above: the account is not checked');
    if (typeof settings === 'string') return;

    Object.assign(parameters, settings.parameters);
    configurationInput.resources.push({ Resources: settings.resources });
    if (CHANGING.includes(command)) this.hooks.initialize = () => checkAccount(serverless, stage, settings);
  }
}

/** @typedef {(message: string) => never} Fail */

/** @returns {Fail} */
function failIn(/** @type {Serverless} */ { classes }) {
  return (message) => {
    throw new classes.Error(message);
  };
}

/** The framework passes over what it does not know: a deployment that was to enforce would only report. */
function checkNames(
  /** @type {readonly string[]} */ given,
  /** @type {readonly string[]} */ names,
  /** @type {Fail} */ fail,
) {
  const unknown = given.map((text) => text.split('=')[0] ?? '').filter((name) => !names.includes(name));
  if (unknown.length > 0) fail(`there is no parameter \`${unknown[0]}\`: there are ${names.join(', ')}`);
}

/** The framework cannot take an empty value, and a parameter gives the role no right. */
function checkValues(/** @type {readonly string[]} */ given, /** @type {Fail} */ fail) {
  if (given.some((text) => text.startsWith('flowLogs=')))
    fail('`flowLogs` is a setting: what it names gets into the role. Write it into settings.yml');
  const empty = given.find((text) => /^[^=]+=$/.test(text));
  if (empty !== undefined)
    fail(`\`--param=${empty}\` has no value: leave it out, and its key out of the settings`);
}

/** What a command does beside its own work. */
function hooksOf(
  /** @type {string} */ command,
  /** @type {import('./guarded-deployment.js').Deployment} */ deployment,
) {
  if (command === 'remove') return removalHooks(deployment);
  if (command !== 'deploy') return {};
  return {
    'before:package:cleanup': () => callPlan(deployment),
    'before:deploy:deploy': () => reviewDeployment(deployment),
    // A plan, or a deployment of several regions, ends as another command.
    finalize: () =>
      deployment.serverless.processedInput.commands[0] === 'deploy' ? showInForce(deployment) : undefined,
  };
}

/** Of what it calls a deployment, the framework says in the end that it failed, or is done. */
function callPlan(/** @type {import('./guarded-deployment.js').Deployment} */ { serverless, options }) {
  if (options.plan) serverless.processedInput.commands = ['review'];
}

async function checkAccount(
  /** @type {Serverless} */ serverless,
  /** @type {string} */ stage,
  /** @type {Deployment} */ { account: expected },
) {
  if (expected === undefined) return;
  const account = await serverless.getProvider('aws').getAccountId();
  if (account !== expected)
    failIn(serverless)(
      `stage \`${stage}\` is for account ${expected}, and these credentials are of ${account}`,
    );
}

/**
 * What the settings that the environment names say of a stage; what is wrong with them goes to standard error.
 * @returns {Deployment | 'none' | 'unreadable'}
 */
function readSettings(/** @type {string} */ stage) {
  const { PORTCULLIS_SETTINGS: file } = process.env;
  if (!file) return 'none';
  return runScript('./deployment.ts', { args: [file, stage] }) ?? 'unreadable';
}

/** The environment that the functions will have, as far as it is known: the rest are references that only CloudFormation can resolve. */
function environmentOf(/** @type {import('./framework.ts').Service} */ { custom, provider, functions }) {
  const all = { ...custom.checked, ...provider.environment, ...functions.sweep.environment };
  const known = Object.entries(all).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number',
  );
  return { ...process.env, ...Object.fromEntries(known.map(([name, value]) => [name, `${value}`])) };
}
