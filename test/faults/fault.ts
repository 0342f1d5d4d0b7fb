// Faults at one point of a run: the nth call to AWS of the first delivery. What dies there does nothing any more.
import type { World } from '../../lib/io/world.ts';

export type Fault =
  | 'crash before'
  | 'crash after'
  | 'slow'
  | 'slow until the time runs out'
  | 'the answer is lost'
  | 'throttled for a while'
  | 'denied'
  | 'not found'
  | 'a second delivery begins'
  | 'a later event overtakes it'
  | 'somebody removes the rules';

export const FAULTS: readonly Fault[] = [
  'crash before',
  'crash after',
  'slow',
  'slow until the time runs out',
  'the answer is lost',
  'throttled for a while',
  'denied',
  'not found',
  'a second delivery begins',
  'a later event overtakes it',
  'somebody removes the rules',
];

/** The process is gone. */
export class CrashError extends Error {}

export interface Injection {
  readonly point: number;
  readonly fault: Fault;
  /** Lets simulated time pass. */
  readonly pass: (milliseconds: number) => void;
  /** What happens beside, for the faults that are somebody else's doing. */
  readonly beside: () => Promise<void>;
}

/** What AWS answers for each fault, by the service. */
export function errorOf(fault: Fault, api: string): Error {
  const names: Partial<Record<Fault, string>> = {
    'throttled for a while': api.endsWith('Item')
      ? 'ProvisionedThroughputExceededException'
      : 'RequestLimitExceeded',
    denied: api.endsWith('Item') ? 'AccessDeniedException' : 'UnauthorizedOperation',
    'not found': api.endsWith('Item') ? 'ResourceNotFoundException' : 'InvalidGroup.NotFound',
  };
  // All but haste is the caller's fault.
  const $metadata = { httpStatusCode: fault === 'throttled for a while' ? 503 : 403 };
  return Object.assign(new Error(`${fault} was asked for`), { name: names[fault] ?? fault, $metadata });
}

/** The calls of a run, by name, in order. */
export interface Tape {
  readonly calls: string[];
}

/** What a call is, as far as tests look into it. */
export interface Command {
  readonly input: {
    readonly SecurityGroupRuleIds?: readonly string[];
    readonly IpPermissions?: readonly { readonly FromPort?: number; readonly ToPort?: number }[];
    readonly UpdateExpression?: string;
    readonly Item?: Readonly<Record<string, { readonly S?: string }>>;
  };
}

/** The client with its calls seen by somebody who sends them on, or does not. */
export function seeing<Client extends { send: unknown }>(
  client: Client,
  see: (api: string, command: Command, send: () => Promise<unknown>) => Promise<unknown>,
): Client {
  const send = (client.send as (command: Command) => Promise<unknown>).bind(client);
  const seen = (command: Command) =>
    see(command.constructor.name.replace(/Command$/, ''), command, () => send(command));
  return Object.assign(Object.create(client), { send: seen });
}

/** The world with its clients' calls taped; with an injection the fault happens at that call. */
export function wrap(world: World, tape: Tape, injection?: Injection): World {
  const state = { isDead: false };
  const through = <Client extends { send: unknown }>(client: Client): Client =>
    seeing(client, async (api, _, send) => {
      if (state.isDead) throw new CrashError();
      const index = tape.calls.push(api) - 1;
      if (injection === undefined || index !== injection.point) return send();
      return inject(injection, state, api, send);
    });
  const { ec2, sns, ledger } = world;
  return {
    ...world,
    ec2: through(ec2),
    sns: through(sns),
    ledger: { ...ledger, client: through(ledger.client) },
  };
}

async function inject(
  { fault, pass, beside }: Injection,
  state: { isDead: boolean },
  api: string,
  call: () => Promise<unknown>,
): Promise<unknown> {
  const die = () => {
    state.isDead = true;
    throw new CrashError();
  };
  switch (fault) {
    case 'crash before':
      return die();
    case 'crash after':
      await call();
      return die();
    case 'slow':
      pass(100_000);
      return call();
    case 'slow until the time runs out':
      await call();
      pass(130_000);
      return die();
    case 'the answer is lost':
      await call();
      throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    case 'a second delivery begins':
    case 'a later event overtakes it':
    case 'somebody removes the rules':
      await beside();
      return call();
    default:
      throw errorOf(fault, api);
  }
}
