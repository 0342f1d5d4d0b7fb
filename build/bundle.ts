// One minified module from a handler and all it imports.
import { writeFileSync } from 'node:fs';
import { minify } from '@swc/core';
import { rolldown } from 'rolldown';
import { builtins } from './builtins.ts';
import { errorClasses } from './error-classes.ts';
import { regionNames } from './region-names.ts';
import { standIns } from './stand-ins.ts';

/**
 * Bundles with dead code out. `module` before `main` and no side effects let the unused EC2 schemas go, which are
 * most of the SDK's weight.
 */
export async function bundle(entry: string, file: string): Promise<void> {
  const build = await rolldown({
    input: entry,
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    treeshake: { moduleSideEffects: false, propertyReadSideEffects: false },
    plugins: [builtins(), standIns(), errorClasses(), regionNames()],
  });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  writeFileSync(file, await shrink(output[0].code));
}

/** V8 keeps a text in half the memory, and reads it faster, if it has nothing but ASCII. */
async function shrink(text: string): Promise<string> {
  const { code } = await minify(text, {
    module: true,
    ecma: 2022,
    compress: { ecma: 2022, passes: 3 },
    mangle: true,
    format: { ascii_only: true, comments: false },
  });
  return code;
}
