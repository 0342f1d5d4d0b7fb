// `node test/cli/report/screenshot.ts`: draws docs/audit.webp, the page of findings as docs/audit.md shows it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from './browser.ts';
import { exampleExport, exampleSettings } from './example.ts';

const directory = mkdtempSync(join(tmpdir(), 'screenshot-'));
const [from, path] = [join(directory, 'export.json'), join(directory, 'audit.html')];
writeFileSync(from, JSON.stringify(exampleExport(1000)));
const words = ['audit', '--from', from, '--exposure', '--settings', exampleSettings(), '--format', 'html'];
const { stdout } = spawnSync(process.execPath, ['cli/main.ts', ...words], { maxBuffer: 2 ** 26 });
writeFileSync(path, stdout);

const browser = await launch();
const page = await browser.newPage();
// A machine that draws pages has few fonts: `apt-get install fonts-inter`.
await page.setBypassCSP(true);
await page.setViewport({ width: 1240, height: 1100, deviceScaleFactor: 2 });
await page.goto(`file://${path}`);
await page.addStyleTag({ content: 'body { font-family: Inter, system-ui, sans-serif }' });
await page.screenshot({ path: 'docs/audit.webp', type: 'webp', quality: 80 });
await browser.close();
