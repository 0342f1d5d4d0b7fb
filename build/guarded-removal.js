// What stands between `serverless remove` and the ledger.
import { environmentOf, stackOf } from './guarded-deployment.js';
import { runScript } from './node-script.js';

/** @typedef {import('./guarded-deployment.js').Deployment} Deployment */

/** What a removal does beside removing. */
export function removalHooks(/** @type {Deployment} */ deployment) {
  const { serverless, region, options, log } = deployment;
  const mayDelete = options['delete-ledger'] === true;
  /** @type {unknown} */
  let removed;
  const ask = async (/** @type {object} */ input) => {
    const answer = runScript('./removal.ts', {
      input: { ...input, mayDelete },
      env: await environmentOf(deployment),
    });
    if (answer === undefined) throw new serverless.classes.Error('see above');
    return answer;
  };
  return {
    'before:remove:remove': async () => {
      const answer = await ask({ stack: stackOf(deployment), region });
      if (answer.problem !== undefined) throw new serverless.classes.Error(answer.problem);
      removed = answer.removed;
    },
    finalize: async () => {
      if (removed === undefined) return;
      log.notice('');
      for (const line of (await ask({ removed })).lines) log.notice(line);
    },
  };
}
