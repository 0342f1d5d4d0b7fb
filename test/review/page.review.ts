// The page of findings in a browser: as a person uses it, with a mouse, with a keyboard, on a phone, and without scripts.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { file, portcullis } from '../cli/portcullis.ts';
import { exampleExport, exampleSettings } from '../cli/report/example.ts';
import { hasBrowser, launch, rowsOf, seriousIn, shownCount, watch } from './browser.ts';

describe.skipIf(!hasBrowser())('the page in a browser', () => {
  let browser: Browser;
  let url = '';
  beforeAll(async () => {
    browser = await launch();
    url = await pageOf('example.html', exampleExport(400), ['--settings', exampleSettings(), '--exposure']);
  }, 120_000);
  afterAll(() => browser?.close());

  /** The URL of the page of an export. */
  async function pageOf(name: string, exported: object, words: readonly string[]): Promise<string> {
    const from = file(`${name}.json`, exported);
    const { stdout } = await portcullis(['audit', '--from', from, '--format', 'html', ...words]);
    const path = join(mkdtempSync(join(tmpdir(), 'page-')), name);
    writeFileSync(path, stdout);
    return `file://${path}`;
  }

  async function open(use: (page: Page, seen: readonly string[]) => Promise<void>, at = url): Promise<void> {
    const page = await browser.newPage();
    try {
      const seen = watch(page);
      await page.goto(at);
      await use(page, seen);
      expect(seen).toEqual([]);
    } finally {
      await page.close();
    }
  }

  const choose = (page: Page, id: string, value: string) => page.select(`#${id}`, value);

  it('draws what stands in the file for clients without scripts', async () => {
    const plain = await browser.newPage();
    await plain.setJavaScriptEnabled(false);
    await plain.goto(url);
    const before = await plain.$$eval('#list > li', (all) => all.map((one) => one.textContent));
    const controls = await plain.$$eval('form, #pager, .copy', (all) =>
      all.filter((one) => one.checkVisibility()).map((one) => one.outerHTML),
    );
    await plain.close();

    expect(before).toHaveLength(100);
    expect(controls).toEqual([]);
    await open(async (page) => {
      expect(await page.$$eval('#list > li', (all) => all.map((one) => one.textContent))).toEqual(before);
    });
  });

  it('filters by what each number counts', async () => {
    await open(async (page) => {
      const buttons = await page.$$('button[data-filter]');
      for (const button of buttons) {
        const [count = '', isTile] = await button.evaluate((one) => [
          one.querySelector('b, span')?.textContent ?? '',
          one.classList.contains('tile'),
        ]);
        await button.click();
        expect(await button.evaluate((one) => one.getAttribute('aria-pressed'))).toBe('true');
        // Severities are counted of what violates; the list has what may violate, too.
        if (!isTile)
          expect([await shownCount(page), await rowsOf(page).then((all) => all.length)]).toEqual([
            count,
            Math.min(Number(count.replace(',', '')), 100),
          ]);
        await button.click();
      }
      expect(buttons.length).toBeGreaterThan(10);
    });
  });

  it('searches groups, rules, policies and places', async () => {
    await open(async (page) => {
      await page.type('#search', 'Payments-API');
      const found = await rowsOf(page);
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter((row) => !row.includes('payments-api'))).toEqual([]);

      await page.click('button[type=reset]');
      await page.type('#search', 'us-east-1');
      expect((await rowsOf(page)).filter((row) => !row.includes('us-east-1'))).toEqual([]);

      await page.click('button[type=reset]');
      await page.type('#search', 'no such thing');
      expect(await page.$eval('#empty', (one) => one.checkVisibility())).toBe(true);
      expect(await rowsOf(page)).toEqual([]);
    });
  });

  it('filters by several things at once, and forgets them all', async () => {
    await open(async (page) => {
      const all = await shownCount(page);
      await choose(page, 'account', '444455556666');
      await choose(page, 'verdict', 'violation');
      await choose(page, 'exposure', 'reachable');
      const found = await rowsOf(page);
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter((row) => !/444455556666[\s\S]*reached/.test(row))).toEqual([]);

      await page.click('button[type=reset]');
      expect(await shownCount(page)).toBe(all);
    });
  });

  it('sorts, and turns its pages', async () => {
    await open(async (page) => {
      await choose(page, 'sort', 'account');
      const accounts = (await rowsOf(page)).map((row) => /\d{12}/.exec(row)?.[0] ?? '');
      expect(accounts).toEqual(accounts.toSorted());

      const first = await rowsOf(page);
      await page.click('#next');
      expect(await page.$eval('#page', (one) => one.textContent)).toBe('101 to 200');
      expect((await rowsOf(page))[0]).not.toBe(first[0]);
      await page.click('#previous');
      expect(await rowsOf(page)).toEqual(first);
    });
  });

  it('is used with a keyboard alone', async () => {
    await open(async (page) => {
      await page.focus('#search');
      for (let tabs = 0; tabs < 20; tabs += 1) {
        await page.keyboard.press('Tab');
        if (await page.evaluate("document.activeElement.tagName === 'SUMMARY'")) break;
      }
      await page.keyboard.press('Enter');
      expect(await page.$eval('#list details', (one) => one.open)).toBe(true);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      // The clipboard answers later.
      await page.waitForFunction("document.querySelector('#list .copy').textContent !== 'Copy'");
      expect(await page.$eval('#list .copy', (one) => one.textContent)).toMatch(/^(Copied|Selected)$/);
    });
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
  ])('has nothing serious for axe to say: %s, %i pixels wide', async (scheme, width) => {
    const serious = await seriousIn(browser, url, { scheme, width }, async (page) => {
      await page.click('#list summary');
      await page.click('.tile[data-value=critical]');
    });

    expect(serious).toEqual([]);
  });

  it('fits on a phone, and on paper', async () => {
    await open(async (page) => {
      await page.setViewport({ width: 360, height: 700 });
      await page.click('#list summary');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      await page.emulateMediaType('print');
      expect(
        await page.$$eval('form, #pager, .copy', (all) => all.filter((one) => one.checkVisibility()).length),
      ).toBe(0);
      expect((await page.pdf({ format: 'a4' })).length).toBeGreaterThan(10_000);
    });
  });

  it('shows what strangers wrote, and does nothing of it', async () => {
    const hostile = '</script><script>alert(1)</script><img src="https://evil.example/x" onerror="alert(2)">';
    const IpPermissions = [
      {
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        IpRanges: [{ CidrIp: '0.0.0.0/0', Description: hostile }],
      },
    ];
    const group = {
      GroupId: hostile,
      GroupName: hostile,
      OwnerId: hostile,
      VpcId: 'vpc-0abc',
      IpPermissions,
    };
    const at = await pageOf('hostile.html', [group], []);

    await open(async (page) => {
      await page.click('#list summary');
      expect((await rowsOf(page))[0]).toContain(hostile);
      expect(await page.$$eval('img', (all) => all.length)).toBe(0);
    }, at);
  });
});
