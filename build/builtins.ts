// An import of a built-in module makes Node.js read everything that the module exports, and for that load what few programs
// need: standard input, file streams, web cryptography. `process.getBuiltinModule` hands out the module and reads nothing.
import type { Plugin } from 'rolldown';

const VIRTUAL = '\0builtin:';

/** Takes what is used of built-in modules from the modules themselves; dynamic imports stay. */
export function builtins(): Plugin {
  return {
    name: 'builtins',
    resolveId: {
      filter: { id: /^node:/ },
      handler: (id, _, { kind }) => (kind === 'import-statement' ? `${VIRTUAL}${id}` : null),
    },
    load: {
      filter: { id: new RegExp(`^${VIRTUAL}`) },
      handler: (id) => moduleOf(id.slice(VIRTUAL.length)),
    },
  };
}

/** What is not used of it is dropped as dead code. */
function moduleOf(id: string): string {
  const names = Object.keys(process.getBuiltinModule(id) ?? {}).filter((name) => /^[a-z]\w*$/i.test(name));
  return [
    `const builtin = process.getBuiltinModule(${JSON.stringify(id)});`,
    'export default builtin;',
    ...names.map((name) => `const $${name} = builtin.${name};\nexport { $${name} as ${name} };`),
  ].join('\n');
}
