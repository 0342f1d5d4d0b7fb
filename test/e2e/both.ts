// What both emulators are asked.
import { inject } from 'vitest';

export const BOTH = ['ministack', 'moto'] as const;

export function urlOf(emulator: (typeof BOTH)[number]): string {
  return emulator === 'moto' ? inject('moto') : inject('ministack').url;
}
