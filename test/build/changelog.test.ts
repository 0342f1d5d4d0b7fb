// What a release makes of the changelog.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cut, notesOf } from '../../build/changelog.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- A gate.

## [0.1.0] - 2026-01-01

### Added

- A wall.
`;

it('turns what is unreleased into the section of the version, and leaves the rest as it was', () => {
  const after = cut(CHANGELOG, '0.2.0', '2026-02-03');

  expect(after).toBe(CHANGELOG.replace('[Unreleased]\n', '[Unreleased]\n\n## [0.2.0] - 2026-02-03\n'));
  expect(notesOf(after, '0.2.0')).toBe('### Added\n\n- A gate.');
  expect(notesOf(after, '0.1.0')).toBe('### Added\n\n- A wall.');
});

it('refuses a release of nothing, a version that was released, and notes of one that was not', () => {
  const after = cut(CHANGELOG, '0.2.0', '2026-02-03');

  expect(() => cut(after, '0.3.0', '2026-02-04')).toThrow('nothing under [Unreleased]');
  expect(() => cut(CHANGELOG, '0.1.0', '2026-02-04')).toThrow('a section [0.1.0] already');
  expect(() => notesOf(CHANGELOG, '0.2.0')).toThrow('no section [0.2.0]');
});

it('reads the changelog of this repository', () => {
  const changelog = readFileSync('CHANGELOG.md', 'utf8');

  expect(changelog).toContain('## [Unreleased]\n');
  for (const [, version = ''] of changelog.matchAll(/^## \[(\d[^\]]*)\]/gm))
    expect(notesOf(changelog, version)).not.toBe('');
});
