// A delivery that dies.
import { expect } from 'vitest';
import type { World } from '../../lib/io/world.ts';
import { reconcile } from '../lib/io/world.ts';
import { type Fault, wrap } from './fault.ts';

/** A delivery that dies at the nth call of that name. */
export async function dieAt(world: World, event: object, api: string, nth = 0, fault: Fault = 'crash after') {
  let seen = -1;
  const tape = {
    calls: {
      length: 0,
      push(name: string) {
        if (name.startsWith(api)) seen += 1;
        return name.startsWith(api) && seen === nth ? 1 : 2;
      },
    } as unknown as string[],
  };
  const dies = { point: 0, fault, pass: () => {}, beside: async () => {} };
  await expect(reconcile(wrap(world, tape, dies), event)).rejects.toThrow();
}
