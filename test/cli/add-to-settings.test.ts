// Exceptions for shipped policies, added to settings in every form that these may have.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addToSettings } from '../../cli/restore/add-exceptions.ts';
import { showAdditions, writeAdditions } from '../../cli/restore/exception-places.ts';
import { parseSettings } from '../../lib/settings/settings-file.ts';

const ID = 'no-world-open-admin';
const added = {
  groups: { ids: ['sg-0abc'] },
  sources: ['9.9.9.9/32'],
  reason: 'Partner: "ask" # first',
  owner: 'no',
  expires: '2099-01-01',
};
const item = '{ sources: [8.8.8.8/32], reason: R, owner: O, expires: 2099-01-01 }';
const STAGES = 'stages: { prod: { regions: [eu-west-1] } }';

describe('an exception is added to settings', () => {
  it.each([
    ['that change nothing', `${STAGES}\n`],
    ['that end without a line end', STAGES],
    [
      'that change another policy',
      `shipped:\n  web-only-to-the-world: # why\n    mode: off\n# more\n${STAGES}\n`,
    ],
    ['that change this policy', `shipped:\n  ${ID}:\n    mode: dry-run # for now\n\n${STAGES}\n`],
    ['that have exceptions', `shipped:\n  ${ID}:\n    exceptions:\n      - ${item} # one\n${STAGES}\n`],
    [
      'that have exceptions without indent',
      `shipped:\n  ${ID}:\n    exceptions:\n    - ${item}\n${STAGES}\n`,
    ],
    ['with the policy in braces', `shipped:\n  ${ID}: { mode: dry-run } # for now\n${STAGES}\n`],
    ['with all in braces', `shipped: { web-only-to-the-world: { mode: off } }\n${STAGES}\n`],
    ['with nothing in braces', `shipped: {}\n${STAGES}\n`],
    ['with lines that end as on Windows', `${STAGES}\r\nshipped:\r\n  ${ID}:\r\n    mode: dry-run\r\n`],
  ])('%s: nothing else changes', (_, text) => {
    const changed = addToSettings('settings.yml', text, ID, [added]);
    const before = parseSettings('settings.yml', text);
    const parsed = parseSettings('settings.yml', changed);

    expect(parsed).toMatchObject({
      ok: true,
      value: { shipped: { [ID]: { exceptions: expect.arrayContaining([added]) } } },
    });
    expect(before.ok && parsed.ok && Object.keys(parsed.value.shipped)).toEqual(
      before.ok && [...new Set([...Object.keys(before.value.shipped), ID])],
    );
    // What was there is there still, in its order.
    const rest = changed.split('').reduce((left, char) => (left[0] === char ? left.slice(1) : left), text);
    expect(rest).toBe('');
  });

  it('is refused where a list stands in brackets of several lines that cannot be added to', () => {
    expect(() =>
      addToSettings('settings.yml', `shipped:\n  ${ID}:\n    exceptions: [${item}]\n${STAGES}\n`, ID, [
        added,
      ]),
    ).toThrow('add them by hand');
  });
});

describe('an exception for a shipped policy', () => {
  const found = [{ policyId: ID, policy: undefined, exceptions: [added] }];
  const known = found.map((one) => ({ ...one, policy: {} as never }));

  it('is written to the settings, and shown as part of them', () => {
    const settings = join(mkdtempSync(join(tmpdir(), 'write-')), 'settings.yml');
    writeFileSync(settings, `${STAGES}\n`);

    expect(showAdditions(known, { settings }).slice(2, 6)).toEqual([
      settings,
      'shipped:',
      `  ${ID}:`,
      '    exceptions:',
    ]);
    expect(writeAdditions(known, { settings }).join()).toContain(`Added to ${settings}`);
    expect(parseSettings(settings, readFileSync(settings, 'utf8'))).toMatchObject({
      value: { shipped: { [ID]: { exceptions: [added] } } },
    });
  });

  it('is never written to what is shipped', () => {
    expect(() => writeAdditions(known, {})).toThrow(
      'name your settings with --settings or PORTCULLIS_SETTINGS',
    );
  });
});
