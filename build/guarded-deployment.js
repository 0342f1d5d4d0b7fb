// What stands between `serverless deploy` and the account: the review of the changes, and the regions of a stage one after the other.
import { spawnSync } from 'node:child_process';
import { runScript } from './node-script.js';

/**
 * @typedef {import('./framework.ts').Serverless} Serverless
 * @typedef {{ isAccepted: boolean, code?: string, lines: string[], codes: Record<string, string>, isTouched: boolean }} Review
 * @typedef {{
 *   serverless: Serverless,
 *   stage: string,
 *   region: string,
 *   regions: readonly string[] | undefined,
 *   options: import('./framework.ts').Options,
 *   log: import('./framework.ts').Log,
 * }} Deployment `regions` where the stage has several and none was named
 */

/** Refuses what nobody has confirmed; ends the command for a plan, and where it has deployed each region by itself. */
export async function reviewDeployment(/** @type {Deployment} */ deployment) {
  const { serverless, region, regions = [region], options, log } = deployment;
  const template = serverless.service.provider.compiledCloudFormationTemplate;
  const input = { stack: stackOf(deployment), regions, template, confirm: options.confirm };
  /** @type {Review | undefined} */
  const review = runScript('./review.ts', { input, env: await environmentOf(deployment) });
  if (review === undefined) return fail(serverless, 'nothing was deployed, see above');
  for (const line of review.lines) log.notice(line);
  if (options.plan) {
    log.notice('This is a plan: nothing was deployed.');
    return end(serverless);
  }
  if (!review.isAccepted) return fail(serverless, 'nothing was deployed: the changes are not confirmed');
  if (deployment.regions !== undefined) return deployEach(deployment, review.codes);
  if (review.isTouched) overwrite(template, `${review.code}`);
}

/** Says what is in force; fails where that is not what was deployed. */
export async function showInForce(/** @type {Deployment} */ deployment) {
  const { stage, region, log } = deployment;
  const input = { stack: stackOf(deployment), stage, region };
  const env = await environmentOf(deployment);
  /** @type {{ lines: string[], problems: string[] } | undefined} */
  const shown = runScript('./in-force.ts', { input, env });
  if (shown === undefined) return;
  log.notice('');
  for (const line of [...shown.lines, ...shown.problems]) log.notice(line);
}

/** One deployment after the other, each as if its region had been named. What was reviewed of all is confirmed for each. */
async function deployEach(
  /** @type {Deployment} */ { serverless, regions = [], log },
  /** @type {Record<string, string>} */ codes,
) {
  const [program = '', ...words] = process.argv.slice(1);
  const given = words.filter(
    (word, index) => !/^--confirm(=|$)/.test(word) && words[index - 1] !== '--confirm',
  );
  /** @type {string[]} */
  const done = [];
  for (const region of regions) {
    const code = codes[region];
    const confirmed = code === undefined ? [] : ['--confirm', code];
    const { status } = spawnSync(process.execPath, [program, ...given, '--region', region, ...confirmed], {
      stdio: 'inherit',
    });
    if (status !== 0) {
      const rest = regions.slice(done.length + 1);
      const parts = [
        `${region} failed, see above`,
        `deployed: ${done.join(', ') || 'none'}`,
        ...(rest.length === 0 ? [] : [`not tried: ${rest.join(', ')}`]),
      ];
      return fail(serverless, parts.join('; '));
    }
    done.push(region);
  }
  log.notice(`\nDeployed to all regions of the stage: ${done.join(', ')}.`);
  return end(serverless);
}

/** Has CloudFormation write all variables, those included that are the same in both templates and different in the account. */
function overwrite(
  /** @type {import('./framework.ts').Service['provider']['compiledCloudFormationTemplate']} */ template,
  /** @type {string} */ code,
) {
  for (const { Properties } of Object.values(template.Resources))
    if (Properties?.Environment) Properties.Environment.Variables.OVERWRITTEN = code;
}

export function stackOf(/** @type {Deployment} */ { serverless }) {
  return serverless.getProvider('aws').naming.getStackName();
}

/** The environment of a script that asks AWS: with the credentials that the framework uses, wherever it has them from. */
export async function environmentOf(/** @type {Deployment} */ { serverless }) {
  const { credentials } = await serverless.getProvider('aws').getAwsSdkV3Config();
  const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
  const { AWS_PROFILE: _, AWS_SESSION_TOKEN: __, ...rest } = process.env;
  return {
    ...rest,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  };
}

/** Ends the command before it deploys. The framework would go on to say that it has deployed. */
async function end(/** @type {Serverless} */ serverless) {
  serverless.processedInput.commands = ['review'];
  await serverless.pluginManager.spawn('review', { terminateLifecycleAfterExecution: true });
}

/** @returns {never} */
function fail(/** @type {Serverless} */ serverless, /** @type {string} */ message) {
  serverless.processedInput.commands = ['review'];
  throw new serverless.classes.Error(message);
}
