// What is in force after a deployment, for the framework's plugin: from JSON to JSON.
import { text } from 'node:stream/consumers';
import { compareWithLive } from '../lib/deployment/compare.ts';
import { differenceInWords } from '../lib/deployment/phrases.ts';
import { summaryOf } from '../lib/deployment/summary.ts';
import { inForceBy } from '../lib/deployment/template.ts';
import { placeOf, readDeployed } from './live-stack.ts';
import { printOrExplain } from './print-or-explain.ts';

interface Asked {
  readonly stack: string;
  readonly stage: string;
  readonly region: string;
}

await printOrExplain('it is deployed, but what is in force cannot be read', async () => {
  const { stack, stage, region }: Asked = JSON.parse(await text(process.stdin));
  const [place, live] = await Promise.all([placeOf(stack, region), readDeployed(stack, region)]);
  if (live === undefined) return { lines: [`${place} is not there.`], problems: [] };
  const { template, outputs, subscribers } = live;
  const options = `--stage ${stage} --region ${region}`;
  const lines = summaryOf({ place, inForce: inForceBy(template), outputs, subscribers }, options);
  const problems = compareWithLive(live, template, '').filter(
    ({ kind }) => kind === 'by-hand' || kind === 'subscriber-missing',
  );
  return { lines, problems: problems.map(differenceInWords) };
});
