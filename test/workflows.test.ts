// The workflows of this repository run what there is, with as few rights as they need, and with actions that nobody can exchange.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };

const DIRECTORY = '.github/workflows';

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly 'timeout-minutes'?: number; readonly steps: readonly Step[] }>
  >;
}
interface Step {
  readonly uses?: string;
  readonly run?: string;
}

describe.each(readdirSync(DIRECTORY))('%s', (file) => {
  const text = readFileSync(`${DIRECTORY}/${file}`, 'utf8');
  const workflow: Workflow = parse(text);
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('names its actions by commit, with the version for people', () => {
    const uses = text.split('\n').filter((line) => line.includes('uses:'));
    expect(uses.length).toBe(steps.filter((step) => step.uses !== undefined).length);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('runs scripts of package.json', () => {
    const scripts = steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run (?:--silent )?([\w:]+)/g)]);
    for (const [, script = ''] of scripts) expect(Object.keys(packageJson.scripts)).toContain(script);
  });

  it('may read the repository, and only a release may write', () => {
    expect(workflow.permissions).toEqual({ contents: file === 'release.yml' ? 'write' : 'read' });
  });

  it('ends by itself', () => {
    for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
  });
});

it('builds on the Node.js that Lambda runs', () => {
  const major = readFileSync('.nvmrc', 'utf8').trim();
  expect(packageJson.devDependencies.node.split('.')[0]).toBe(major);
  expect(readFileSync('serverless.yml', 'utf8')).toContain(`runtime: nodejs${major}.x`);
});
