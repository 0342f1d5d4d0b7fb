// Run before a program by `--import`: the packages that it has loaded when it ends, as the last line of standard error.
import { registerHooks } from 'node:module';

const packages = new Set<string>();

registerHooks({
  load: (url, context, next) => {
    const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
    if (name !== undefined) packages.add(name);
    return next(url, context);
  },
});

process.on('exit', () => console.error(JSON.stringify([...packages].toSorted())));
