// Debian's Chromium, where there is one. Nothing is downloaded.
import { existsSync } from 'node:fs';
import axe from 'axe-core';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PLACES.find((path) => existsSync(path));

/** False says in one line why the tests of pages are skipped. */
export function hasBrowser(): boolean {
  if (executablePath === undefined)
    console.warn('NOT RUN: the pages in a browser, because there is no Chromium (apt-get install chromium)');
  return executablePath !== undefined;
}

export function launch(): Promise<Browser> {
  // Tests run as root, in containers without user namespaces.
  return puppeteer.launch({
    executablePath: executablePath ?? '',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

/** What axe finds that is serious: the rules, each with an example. */
export async function seriousIn(
  browser: Browser,
  url: string,
  look: { readonly scheme: string; readonly width: number },
  use: (page: Page) => Promise<void>,
): Promise<readonly (readonly [rule: string, example: string | undefined])[]> {
  const page = await browser.newPage();
  await page.setBypassCSP(true);
  await page.setViewport({ width: look.width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: look.scheme }]);
  await page.goto(url);
  await use(page);
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
  await page.close();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(({ id, nodes }) => [id, nodes[0]?.html]);
}

/** How many rows a page of findings says it shows. */
export function shownCount(page: Page): Promise<string | undefined> {
  return page.$eval('#count', (one) => one.textContent?.split(' ')[0]);
}

/** The rows of a page of findings, each in its text. */
export function rowsOf(page: Page): Promise<readonly string[]> {
  return page.$$eval('#list > li summary', (all) => all.map((one) => one.textContent ?? ''));
}

/** What a page did that it must not: requests to anywhere, errors, refusals of its own policy, dialogs. */
export function watch(page: Page): readonly string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (!/^(file|data|about):/.test(request.url()) || request.resourceType() !== 'document')
      seen.push(request.url());
  });
  page.on('pageerror', (error) => seen.push(String(error)));
  page.on('console', (message) => seen.push(message.text()));
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return seen;
}
