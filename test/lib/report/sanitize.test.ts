import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asSubject, sanitize, shellQuote } from '../../../lib/report/sanitize.ts';

describe('text of strangers', () => {
  it.each([
    ['a line break', 'web\nSubject: you won', 'web Subject: you won'],
    ['a terminal escape', 'web\u001b[2Jprod', 'web [2Jprod'],
    ['a right-to-left override', 'web\u202egnp.exe', 'web gnp[.]exe'],
    ['an invisible character', 'we\u200bb', 'we b'],
    ['a link', 'see https://evil.example/x', 'see https[:]//evil[.]example/x'],
    ['a bare domain', 'www.evil.example', 'www[.]evil[.]example'],
    ['a full-width dot', 'evil。example', 'evil[.]example'],
    ['a chat mention', '<!channel> <@U123>', '‹!channel› ‹@U123›'],
    ['HTML', '<img src=x onerror=alert(1)>', '‹img src=x onerror=alert(1)›'],
    ['the end of a code mark', 'a`b', "a'b"],
  ])('is made harmless: %s', (_, hostile, shown) => {
    expect(sanitize(hostile)).toBe(shown);
  });

  it('keeps what honest names look like', () => {
    for (const name of [
      'web-prod_2 (blue)',
      '10.0.0.0/8',
      'größe',
      'v1.2.3',
      '東京 web',
      'InvalidGroup.InUse: used',
    ])
      expect(sanitize(name)).toBe(name);
  });

  it('is one bounded line without controls, links or markup, whatever comes in', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.integer({ min: 1, max: 100 }),
        (hostile, limit) => {
          const shown = sanitize(hostile, limit);

          expect([...shown].length).toBeLessThanOrEqual(limit);
          expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}<>`]|:\/\//u);
        },
      ),
    );
  });
});

describe('a subject', () => {
  it('is printable ASCII of at most 99 characters, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(asSubject(text)).toMatch(/^[\x20-\x7e]{0,99}$/);
      }),
    );
  });
});

describe('a shell argument', () => {
  it('stays one argument, whatever it holds', () => {
    // POSIX: within single quotes nothing is special but the single quote itself.
    const unquote = (quoted: string) => quoted.replace(/'([^']*)'|\\(.)|([^'\\]+)/g, '$1$2$3');

    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const quoted = shellQuote(text);

        expect(unquote(quoted)).toBe(text);
        expect(quoted.replace(/'[^']*'|\\'/g, '')).toMatch(/^[\w./:=,@-]*$/);
      }),
    );
  });
});
