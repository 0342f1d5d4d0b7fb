// Makes plain `serverless package` and `serverless deploy` build what they ship.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const build = fileURLToPath(new URL('./build.ts', import.meta.url));

export default class BuildPlugin {
  hooks = {
    'before:package:createDeploymentArtifacts': runBuild,
    'before:package:function:package': runBuild,
  };
}

/** The build needs the Node.js that reads TypeScript, whichever one runs the framework. */
function runBuild() {
  const { status } = spawnSync(node, [build], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the build failed: see above');
}
