// The page of a backtest in a browser: the page of an audit, with people, tools and certainty.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backtestPageOf } from '../cli/report/backtest-page.ts';
import { exampleTrail } from '../cli/report/example-trail.ts';
import { hasBrowser, launch, rowsOf, seriousIn, shownCount, watch } from './browser.ts';

const { records, SecurityGroups } = exampleTrail(400);

describe.skipIf(!hasBrowser())('the page of a backtest in a browser', () => {
  let browser: Browser;
  let url = '';
  const directory = mkdtempSync(join(tmpdir(), 'page-'));
  const urlOf = (name: string, content: string) => {
    writeFileSync(join(directory, name), content);
    return `file://${join(directory, name)}`;
  };
  beforeAll(async () => {
    browser = await launch();
    url = urlOf('backtest.html', (await backtestPageOf(records, SecurityGroups)).stdout);
  }, 120_000);
  afterAll(() => browser?.close());

  async function open(use: (page: Page) => Promise<void>, at = url): Promise<void> {
    const page = await browser.newPage();
    const seen = watch(page);
    await page.goto(at);
    await use(page);
    await page.close();
    expect(seen).toEqual([]);
  }

  it('draws the same without scripts', async () => {
    const plain = await browser.newPage();
    await plain.setJavaScriptEnabled(false);
    await plain.goto(url);
    const before = await plain.$$eval('#list > li', (all) => all.map((one) => one.textContent));
    await plain.close();

    await open(async (page) => {
      expect(await page.$$eval('#list > li', (all) => all.map((one) => one.textContent))).toEqual(before);
    });
  });

  it('filters by what each number counts', async () => {
    await open(async (page) => {
      for (const button of await page.$$('button.tile')) {
        const count = await button.$eval('b', (one) => one.textContent);
        await button.click();
        expect(await shownCount(page)).toBe(count);
        await button.click();
      }
    });
  });

  it('filters by person, tool and certainty, searches people, and sorts by time', async () => {
    await open(async (page) => {
      await page.select('#person', 'li');
      await page.select('#certainty', 'exact');
      expect((await rowsOf(page)).filter((row) => !/li, AWS CLI[\s\S]*exact/.test(row))).toEqual([]);
      await page.click('button[type=reset]');
      await page.select('#tool', 'Terraform');
      expect((await rowsOf(page)).filter((row) => !row.includes('Terraform'))).toEqual([]);
      await page.click('button[type=reset]');
      await page.type('#search', 'omar');
      expect((await rowsOf(page)).filter((row) => !row.includes('omar'))).toEqual([]);
      await page.click('button[type=reset]');
      await page.select('#sort', 'time');
      const times = (await rowsOf(page)).map((row) => /2026-\d\d-\d\d \d\d:\d\d/.exec(row)?.[0] ?? '');
      expect(times).toEqual(times.toSorted().toReversed());
    });
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
  ])('has nothing serious for axe to say: %s, %i pixels wide', async (scheme, width) => {
    expect(await seriousIn(browser, url, { scheme, width }, (page) => page.click('#list summary'))).toEqual(
      [],
    );
  });

  it('fits on a phone', async () => {
    await open(async (page) => {
      await page.setViewport({ width: 360, height: 700 });
      await page.click('#list summary');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    });
  });

  it('shows what strangers wrote, and does nothing of it', async () => {
    const evil = '<script>alert(1)<img src=x onerror=alert(2)>';
    const hostile = JSON.parse(
      JSON.stringify(records.slice(0, 40)).replaceAll(
        'people/',
        `people/${JSON.stringify(evil).slice(1, -1)}`,
      ),
    );
    const { stdout } = await backtestPageOf(hostile, []);

    await open(
      async (page) => {
        expect((await rowsOf(page))[0]).toContain('<img src');
        expect(await page.$$eval('img', (all) => all.length)).toBe(0);
      },
      urlOf('hostile.html', stdout),
    );
  });
});
