// A delivery that dies, at a call of AWS or at the write of a phase of its entry.
import { expect } from 'vitest';
import type { World } from '../../lib/io/world.ts';
import type { Phase } from '../../lib/remediation/state.ts';
import { reconcile } from '../lib/io/world.ts';
import { type Command, CrashError, seeing } from './fault.ts';

const PHASES: readonly string[] = ['planned', 'resolved', 'notified'] satisfies readonly Phase[];

/** Delivers an event, and dies at the first call or written item whose name begins so, or at the first write of the phase. */
export async function dieAt(
  world: World,
  event: object,
  at: string,
  when: 'crash before' | 'crash after' = 'crash after',
): Promise<void> {
  let isDead = false;
  const dying = <Client extends { send: unknown }>(client: Client): Client =>
    seeing(client, async (api, command, send) => {
      if (isDead) throw new CrashError();
      if (!isAt(at, api, command)) return send();
      if (when === 'crash after') await send();
      isDead = true;
      throw new CrashError();
    });
  const { ec2, sns, ledger } = world;
  const dead = { ec2: dying(ec2), sns: dying(sns), ledger: { ...ledger, client: dying(ledger.client) } };
  await expect(reconcile({ ...world, ...dead }, event)).rejects.toThrow();
}

function isAt(at: string, api: string, { input }: Command): boolean {
  if (PHASES.includes(at)) return api === 'PutItem' && input.Item?.state?.S === at;
  return api.startsWith(at) || (api === 'PutItem' && input.Item?.id?.S?.startsWith(at) === true);
}
