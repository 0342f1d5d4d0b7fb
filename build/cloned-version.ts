// The version of Portcullis that pages and examples clone or upgrade to: always the one of package.json.

/** Each of them says it. */
export const CLONING = [
  'docs/deploy.md',
  'docs/getting-started.md',
  'examples/check/github-workflow.yml',
  'examples/deploy/github-workflow.yml',
] as const;

const CLONED = /(--branch |--detach |PORTCULLIS_\w+: )v(\d+\.\d+\.\d+)/g;

/** The versions that the text names for that. */
export function clonedIn(text: string): readonly string[] {
  return [...text.matchAll(CLONED)].map(([, , version = '']) => version);
}

/** The text with another version. */
export function cloning(text: string, version: string): string {
  return text.replace(CLONED, (_, where: string) => `${where}v${version}`);
}
