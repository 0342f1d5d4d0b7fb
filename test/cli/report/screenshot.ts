// `node test/cli/report/screenshot.ts`: draws docs/audit.webp and docs/backtest.webp, the pages as their documentation shows them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from '../../review/browser.ts';
import { exampleExport, exampleSettings } from './example.ts';
import { exampleTrail } from './example-trail.ts';

const directory = mkdtempSync(join(tmpdir(), 'screenshot-'));
const browser = await launch();
const { records, SecurityGroups } = exampleTrail(400);
const account = written('account.json', exampleExport(1000));
await draw('audit', 1100, '--from', account, '--exposure', '--settings', exampleSettings());
const trail = written('trail.json', { Records: records });
await draw('backtest', 1000, '--events', trail, '--from', written('now.json', { SecurityGroups }));
await browser.close();

function written(name: string, content: object): string {
  writeFileSync(join(directory, name), JSON.stringify(content));
  return join(directory, name);
}

async function draw(command: string, height: number, ...words: readonly string[]): Promise<void> {
  const run = ['cli/main.ts', command, ...words, '--format', 'html'];
  const { stdout } = spawnSync(process.execPath, run, { maxBuffer: 2 ** 26 });
  const path = join(directory, `${command}.html`);
  writeFileSync(path, stdout);
  const page = await browser.newPage();
  // A machine that draws pages has few fonts: `apt-get install fonts-inter`.
  await page.setBypassCSP(true);
  await page.setViewport({ width: 1240, height, deviceScaleFactor: 2 });
  await page.goto(`file://${path}`);
  await page.addStyleTag({ content: 'body { font-family: Inter, system-ui, sans-serif }' });
  await page.screenshot({ path: `docs/${command}.webp`, type: 'webp', quality: 80 });
  await page.close();
}
