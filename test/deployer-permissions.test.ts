// iam/deployer.json: the permissions of whoever deploys, as docs/security.md lists them, and enough for each resource of the template.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
}

const text = readFileSync('iam/deployer.json', 'utf8');
const { Statement: statements }: { Statement: readonly Statement[] } = JSON.parse(text);
const actions = statements.flatMap(({ Action }) => Action);
const [, section = ''] =
  /## Permissions to deploy\n(.*?)\n## /s.exec(readFileSync('docs/security.md', 'utf8')) ?? [];

it('fits into a managed policy', () => {
  expect(JSON.stringify(JSON.parse(text)).length).toBeLessThan(6144);
});

it('allows what docs/security.md says, and nothing else', () => {
  const listed = [...section.matchAll(/\b([a-z0-9]+:(?:[A-Z]\w+|\\\*))/g)].map(([, name = '']) =>
    name.replace('\\*', '*'),
  );
  const others = listed.filter((name) => /^(cloudtrail|ec2):/.test(name));

  expect([...new Set(actions)].toSorted()).toEqual(
    [...new Set(listed)].filter((name) => !others.includes(name)).toSorted(),
  );
});

it('reaches only what is named by the stack, but for what has no name', () => {
  const everywhere = statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
  const named = statements.flatMap(({ Resource }) => (typeof Resource === 'string' ? [] : Resource));

  expect(everywhere.filter((name) => name.endsWith('*'))).toEqual([]);
  expect(named.filter((arn) => !arn.includes('portcullis-'))).toEqual(['arn:*:kms:*:*:key/*']);
});

it('has actions for every kind of resource in the template', () => {
  const template = JSON.parse(readFileSync('.serverless/cloudformation-template-update-stack.json', 'utf8'));
  const resources: readonly { readonly Type: string }[] = Object.values(template.Resources);
  const services = new Set(resources.map(({ Type }) => Type.split('::')[1]?.toLowerCase() ?? ''));
  const allowed = new Set(actions.map((name) => name.split(':')[0]));

  expect(services.size).toBeGreaterThan(8);
  expect([...services].filter((name) => !allowed.has(name))).toEqual([]);
});
