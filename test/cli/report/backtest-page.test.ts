// The page of a backtest: the page of an audit, with people, tools and certainty.
import { describe, expect, it } from 'vitest';
import { backtestPageOf } from './backtest-page.ts';
import { exampleTrail } from './example-trail.ts';

const { records, SecurityGroups } = exampleTrail(400);
const { stdout: html, status } = await backtestPageOf(records, SecurityGroups);

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
    const { stdout } = await backtestPageOf(records.slice(0, 200), SecurityGroups);

    expect(stdout).toMatch(/Not certain<\/h2>[\s\S]*and the trail ends without it/);
  });

  it('lists nothing where two sets of policies do the same', async () => {
    const { status, stdout } = await backtestPageOf(records, SecurityGroups, '--against', 'policies');

    expect(status).toBe(0);
    expect(stdout).toContain('<b class="fine">0</b>rules about which these policies would have done more');
  });
});
