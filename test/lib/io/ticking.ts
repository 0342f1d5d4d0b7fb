// A world in which time passes: what waits is taken up by the tick, once a minute.
import { homeTarget } from '../../../lib/config.ts';
import { listDue } from '../../../lib/io/ledger/due.ts';
import { tick } from '../../../lib/io/tick.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import type { TestWorld } from './world.ts';

export const MINUTE = 60_000;

/** The same world under other policies. */
export function withPolicies(test: TestWorld, ...policies: readonly Policy[]): TestWorld {
  return { ...test, world: { ...test.world, policies } };
}

/** Lets minutes pass, with a tick in each. */
export async function tickFor(test: TestWorld, minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i += 1) {
    await test.world.wait(MINUTE);
    await tick(test.world);
  }
}

/** The account and region of the deployment. */
export const place = ({ world }: TestWorld) => homeTarget(world.config);

/** The entries that wait. */
export const due = (test: TestWorld) => listDue(test.world.ledger, place(test));
