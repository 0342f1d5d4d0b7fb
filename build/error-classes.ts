// The SDK registers a class for every error that a service may ever answer. Registering one keeps its code, so what no
// handler asks for is not registered: the SDK then throws the exception of the service, by the name that the service gave.
import type { Plugin } from 'rolldown';

/** What handlers ask for with `instanceof`, and what the SDK tries again because its class says so. */
export const KEPT_ERRORS: readonly string[] = [
  'ConditionalCheckFailedException',
  'ReplicatedWriteConflictException',
];

const REGISTRATION = /^n0_registry\.registerError\((\w+)\$, \1\);$/gm;

/** Registers no other errors of services. */
export function errorClasses(): Plugin {
  return {
    name: 'error-classes',
    transform: {
      filter: { id: /\/@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/ },
      handler: (code) => code.replace(REGISTRATION, (line, name) => (KEPT_ERRORS.includes(name) ? line : '')),
    },
  };
}
