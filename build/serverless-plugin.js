// Makes plain `serverless package` and `serverless deploy` build what they ship.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const build = fileURLToPath(new URL('./build.ts', import.meta.url));

export default class BuildPlugin {
  /**
   * @param {{
   *   classes: { Error: new (message: string) => Error },
   *   configurationInput: { params: { default: Record<string, unknown> } },
   *   service: {
   *     custom: { checked: Record<string, unknown> },
   *     provider: { environment: Record<string, unknown> },
   *     functions: { sweep: { environment: Record<string, unknown> } },
   *   },
   * }} serverless
   * @param {{ param?: string[] }} options
   */
  constructor(serverless, { param: given = [] }) {
    const fail = (/** @type {string} */ message) => {
      throw new serverless.classes.Error(message);
    };

    // The framework passes over what it does not know: a deployment that was to enforce would only report.
    const checkNames = () => {
      const known = Object.keys(serverless.configurationInput.params.default);
      const unknown = given.map((text) => text.split('=')[0] ?? '').filter((name) => !known.includes(name));
      if (unknown.length > 0) fail(`there is no parameter \`${unknown[0]}\`: there are ${known.join(', ')}`);
    };

    const runBuild = () => {
      checkNames();
      const { custom, provider, functions } = serverless.service;
      const all = { ...custom.checked, ...provider.environment, ...functions.sweep.environment };
      // The others are references that only CloudFormation can resolve.
      const isKnown = (/** @type {unknown} */ value) =>
        typeof value === 'string' || typeof value === 'number';
      const settings = Object.entries(all).filter(([, value]) => isKnown(value));
      const known = settings.map(([name, value]) => [name, `${value}`]);
      const env = { ...process.env, ...Object.fromEntries(known) };
      // The build needs the Node.js that reads TypeScript, whichever one runs the framework.
      const { status } = spawnSync(node, [build], { stdio: 'inherit', env });
      if (status !== 0) fail('nothing was packaged: the build failed, see above');
    };
    this.hooks = {
      'before:package:createDeploymentArtifacts': runBuild,
      'before:package:function:package': runBuild,
    };
  }
}
