// Leaving EC2's buckets to others. They are refilled with 20 reads and 5 writes a second for each operation, and belong to
// everybody in the account and region (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html). Nobody
// waits for a sweep: it takes a quarter of that at most, of all operations together, and no bursts.
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { World } from '../world.ts';

/** Milliseconds between two requests. */
const BETWEEN = { reads: 200, writes: 800 } as const;
type Lane = keyof typeof BETWEEN;

/** The client, whose every request, also each retry of the SDK's, waits for its turn. */
export function paced(ec2: EC2Client, { now, wait }: Pick<World, 'now' | 'wait'>): EC2Client {
  const free: Record<Lane, number> = { reads: 0, writes: 0 };
  const takeTurn = async (lane: Lane): Promise<void> => {
    const time = now().getTime();
    const turn = Math.max(time, free[lane]);
    free[lane] = turn + BETWEEN[lane];
    if (turn > time) await wait(turn - time);
  };
  const inTurn =
    <Args extends object, Result>(next: (args: Args) => Promise<Result>, { commandName = '' }: Context) =>
    async (args: Args): Promise<Result> => {
      await takeTurn(/^(Describe|Get)/.test(commandName) ? 'reads' : 'writes');
      return next(args);
    };
  const afterRetries = { relation: 'after', toMiddleware: 'retryMiddleware' } as const;
  ec2.middlewareStack.addRelativeTo(inTurn, { name: 'pace', override: true, ...afterRetries });
  return ec2;
}

interface Context {
  readonly commandName?: string;
}
