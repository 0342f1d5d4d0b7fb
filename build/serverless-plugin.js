// Makes plain `serverless package` and `serverless deploy` build what they ship.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const build = fileURLToPath(new URL('./build.ts', import.meta.url));

export default class BuildPlugin {
  /**
   * @param {{
   *   classes: { Error: new (message: string) => Error },
   *   service: { provider: { environment: Record<string, string> } },
   * }} serverless
   */
  constructor(serverless) {
    const runBuild = () => {
      // The build needs the Node.js that reads TypeScript, whichever one runs the framework.
      const { environment } = serverless.service.provider;
      const { status } = spawnSync(node, [build, environment.TRIM_LIMIT ?? '0'], { stdio: 'inherit' });
      if (status !== 0)
        throw new serverless.classes.Error('nothing was packaged: the build failed, see above');
    };
    this.hooks = {
      'before:package:createDeploymentArtifacts': runBuild,
      'before:package:function:package': runBuild,
    };
  }
}
