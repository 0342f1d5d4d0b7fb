// The architecture page and the code say the same, and so do the pages about settings and deployments.
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync('docs/architecture.md', 'utf8');

it('draws every phase of an entry, and no other', () => {
  const [, diagram = ''] = /```mermaid\n(.*?)```/s.exec(page) ?? [];
  const drawn = [...diagram.matchAll(/(\w+) --> (\w+|\[\*\])/g)].map(([, from]) => from);
  const state = readFileSync('lib/remediation/state.ts', 'utf8');
  const phases = [...state.matchAll(/readonly state: '(\w+)'/g)].map(([, phase]) => phase);

  expect(phases.length).toBeGreaterThan(0);
  expect([...new Set(drawn)].toSorted()).toEqual(phases.toSorted());
});

it('draws every phase of a sweep, and no other', () => {
  const [, diagram = ''] = /## The sweep.*?```mermaid\n(.*?)```/s.exec(page) ?? [];
  const drawn = [...diagram.matchAll(/(\w+) --> (\w+|\[\*\])/g)].map(([, from]) => from);
  const [, union = ''] =
    /SWEEP_PHASES = (.*) as const/.exec(readFileSync('lib/sweep/state.ts', 'utf8')) ?? [];
  const phases = [...union.matchAll(/'(\w+)'/g)].map(([, phase]) => phase);

  expect(phases.length).toBeGreaterThan(0);
  expect([...new Set(drawn)].toSorted()).toEqual(phases.toSorted());
});

it('follows an event in at most 15 steps, through files that exist', () => {
  const steps = [...page.matchAll(/^\| (\d+) \|.*\| `([^`]+)`/gm)];

  expect(steps.length).toBeGreaterThan(5);
  expect(steps.length).toBeLessThanOrEqual(15);
  expect(steps.filter(([, , file = '']) => !existsSync(file))).toEqual([]);
});
