// What a deployment changes in the stacks of one or several regions, for the framework's plugin: from JSON to JSON.
import { text } from 'node:stream/consumers';
import { compareWithLive } from '../lib/deployment/compare.ts';
import { confirmationCode, type StackDifferences } from '../lib/deployment/difference.ts';
import { reviewDeployment } from '../lib/deployment/review.ts';
import { placeOf, readDeployed } from './live-stack.ts';
import { printOrExplain } from './print-or-explain.ts';

interface Asked {
  readonly stack: string;
  readonly regions: readonly string[];
  readonly template: unknown;
  /** The code on the command line. */
  readonly confirm?: string;
}

await printOrExplain('what is deployed cannot be read', async () => {
  const { stack, regions, template, confirm }: Asked = JSON.parse(await text(process.stdin));
  const today = new Date().toISOString().slice(0, 10);
  const stacks = await Promise.all(
    regions.map(async (region): Promise<StackDifferences> => {
      const [place, live] = await Promise.all([placeOf(stack, region), readDeployed(stack, region)]);
      const differences = compareWithLive(live, template, today);
      return { region, place, isFirst: live === undefined, differences };
    }),
  );
  const codes = stacks.map((one) => [one.region, confirmationCode([one])]);
  const isTouched = stacks.some(({ differences }) => differences.some(({ kind }) => kind === 'by-hand'));
  return { ...reviewDeployment(stacks, confirm), codes: Object.fromEntries(codes), isTouched };
});
