// One minified module from a handler and all it imports.
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/**
 * Bundles with dead code out. `module` before `main` and no side effects let the unused EC2 schemas go, which are
 * most of the SDK's weight. Lambda hands credentials in environment variables, so the chain that also looks in
 * files, metadata services and sign-in flows stays out as well, and so do the cache of discovered endpoints and event streams.
 */
export async function bundle(entry: string, file: string): Promise<void> {
  const build = await rolldown({
    input: entry,
    platform: 'node',
    resolve: {
      mainFields: ['module', 'main'],
      alias: {
        '@aws-sdk/credential-provider-node': beside('credentials.ts'),
        '@aws-sdk/endpoint-cache': beside('endpoint-cache.ts'),
        '@smithy/core/event-streams': beside('event-streams.ts'),
      },
    },
    treeshake: { moduleSideEffects: false, propertyReadSideEffects: false },
  });
  await build.write({ file, format: 'esm', minify: true, codeSplitting: false });
  await build.close();
}
