// The page of a backtest in a browser: the page of an audit, with people, tools and certainty.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { file, portcullis } from '../portcullis.ts';
import { hasBrowser, launch, seriousIn, watch } from './browser.ts';
import { exampleTrail } from './example-trail.ts';

/** The page of a trail. */
async function pageOf(
  records: readonly object[],
  SecurityGroups: readonly object[],
  ...words: readonly string[]
) {
  const events = file('trail.json', { Records: records });
  const from = file('groups-now.json', { SecurityGroups });
  return portcullis(['backtest', '--events', events, '--from', from, '--format', 'html', ...words]);
}

const { records, SecurityGroups } = exampleTrail(400);
const { stdout: html, status } = await pageOf(records, SecurityGroups);

describe('the page of a backtest', () => {
  it('says what would have been done, to whom, and how certain that is', () => {
    expect(status).toBe(0);
    expect(html).toMatch(/<b>1\d\d<\/b>rules of 5 people would have been revoked/);
    expect(html).toMatch(/\d+ events of \d+ records · 2026-09-01 to 2026-11-\d\d · made /);
    expect(html).toMatch(/\d+ events violated no policy, and are not listed/);
    expect(html).toMatch(
      /<th scope="row" class="">deploy<\/th><td class="">Terraform<\/td><td class="number">\d+<\/td><td class="number">\d+ days/,
    );
    expect(html).toMatch(/The breaker would have tripped<\/h2>[\s\S]*<td class="number">\d\d<\/td>/);
    expect(html).toMatch(/Recurring rules<\/h2>[\s\S]*tcp\/\d+[\s\S]*<td class="number">3<\/td>/);
  });

  it('lists what contradicts the trail', async () => {
    const { stdout } = await pageOf(records.slice(0, 200), SecurityGroups);

    expect(stdout).toMatch(/Not certain<\/h2>[\s\S]*and the trail ends without it/);
  });

  it('has no difference to show', async () => {
    expect(await pageOf(records, SecurityGroups, '--against', 'policies')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('leave out --against'),
    });
  });
});

describe.skipIf(!hasBrowser())('the page of a backtest in a browser', () => {
  let browser: Browser;
  const directory = mkdtempSync(join(tmpdir(), 'page-'));
  const urlOf = (name: string, content: string) => {
    writeFileSync(join(directory, name), content);
    return `file://${join(directory, name)}`;
  };
  const url = urlOf('backtest.html', html);
  beforeAll(async () => {
    browser = await launch();
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

  const shown = (page: Page) => page.$eval('#count', (one) => one.textContent?.split(' ')[0]);
  const rows = (page: Page) =>
    page.$$eval('#list > li summary', (all) => all.map((one) => one.textContent ?? ''));

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
        expect(await shown(page)).toBe(count);
        await button.click();
      }
    });
  });

  it('filters by person, tool and certainty, searches people, and sorts by time', async () => {
    await open(async (page) => {
      await page.select('#person', 'li');
      await page.select('#certainty', 'exact');
      expect((await rows(page)).filter((row) => !/li, AWS CLI[\s\S]*exact/.test(row))).toEqual([]);
      await page.click('button[type=reset]');
      await page.select('#tool', 'Terraform');
      expect((await rows(page)).filter((row) => !row.includes('Terraform'))).toEqual([]);
      await page.click('button[type=reset]');
      await page.type('#search', 'omar');
      expect((await rows(page)).filter((row) => !row.includes('omar'))).toEqual([]);
      await page.click('button[type=reset]');
      await page.select('#sort', 'time');
      const times = (await rows(page)).map((row) => /2026-\d\d-\d\d \d\d:\d\d/.exec(row)?.[0] ?? '');
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
    const { stdout } = await pageOf(hostile, []);

    await open(
      async (page) => {
        expect((await rows(page))[0]).toContain('<img src');
        expect(await page.$$eval('img', (all) => all.length)).toBe(0);
      },
      urlOf('hostile.html', stdout),
    );
  });
});
