// docs/settings.md and docs/getting-started.md: the settings that they show are accepted, and every key is explained.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readPolicies } from '../lib/io/policy-files.ts';
import { lint } from '../lib/policy/lint.ts';
import { keysAt, mappingsOf } from '../lib/policy/mappings.ts';
import { settingsSchema } from '../lib/settings/schema.ts';
import { parseSettings } from '../lib/settings/settings-file.ts';
import { effectivePolicies } from '../lib/settings/shipped.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const settings = readFileSync(join(root, 'docs/settings.md'), 'utf8');

describe('docs/settings.md', () => {
  it('shows settings that are valid', () => {
    const [, shown = ''] = /```yaml\n(.*?)```/s.exec(settings) ?? [];

    const parsed = parseSettings('settings.yml', shown);

    expect(parsed).toMatchObject({ ok: true });
    const { shipped = {} } = parsed.ok ? parsed.value : {};
    const inForce = effectivePolicies(readPolicies(join(root, 'policies')), [], shipped);
    expect(lint(inForce, new Date('2026-06-01'))).toEqual([]);
  });

  it('lists every parameter, but for what only settings can say', () => {
    const yaml = readFileSync(join(root, 'serverless.yml'), 'utf8');
    const [, block = ''] = /^params:\n {2}default:\n((?: {4}.*\n)+)/m.exec(yaml) ?? [];
    const names = [...block.matchAll(/^ {4}(\w+):/gm)].map(([, name]) => name);
    const [, paragraph = ''] = /\nThe parameters are (.*?)\n\n/s.exec(settings) ?? [];
    const [listed = '', rest = ''] = paragraph.split('routingTag`.');
    const inCode = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    const words = inCode(`${listed}routingTag\``).filter(
      (name) => !['mail', 'on', 'off'].includes(`${name}`),
    );

    expect([...words, 'flowLogs'].toSorted()).toEqual(names.toSorted());
    expect(inCode(rest)).toContain('flowLogs');
  });

  it('explains every key, and no other', () => {
    const mappings = mappingsOf(settingsSchema);
    const own = ['account', 'regions'].map((key) => `stages.*.${key}`);
    const rows = [...settings.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => key);

    expect(rows.toSorted()).toEqual([...keysAt(mappings, []), ...own].toSorted());
    expect(keysAt(mappings, ['stages', 'prod'])).toEqual(expect.arrayContaining(['account', 'regions']));
  });
});

describe('docs/getting-started.md', () => {
  it('shows settings that enforce one shipped policy', () => {
    const page = readFileSync(join(root, 'docs/getting-started.md'), 'utf8');
    const [, shown = ''] = /```yaml enforce-one\n(.*?)```/s.exec(page) ?? [];
    const parsed = parseSettings('settings.yml', shown);
    const named = parsed.ok ? Object.keys(parsed.value.shipped ?? {}) : [];

    const enforced = readdirSync(join(root, 'policies'))
      .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
      .filter((name) => /^action: revoke$/m.test(readFileSync(join(root, 'policies', name), 'utf8')))
      .map((name) => name.replace('.yaml', ''));
    expect(parsed).toMatchObject({ ok: true });
    expect(enforced.filter((id) => !named.includes(id))).toEqual(['no-world-open-admin']);
  });
});
