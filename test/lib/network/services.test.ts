import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALIASES } from '../../../lib/network/service-aliases.ts';
import { labelOf, parsePortRange, SERVICE_NAMES } from '../../../lib/network/services.ts';

/** The ports of every name that IANA has given. */
const IANA = new Map(
  readFileSync('test/fixtures/iana-services.txt', 'utf8')
    .split('\n')
    .filter((line) => /^[^#]/.test(line))
    .map((line) => line.split(' '))
    .map(([name = '', ports = '']) => [name, ports.split(',').map(Number)]),
);

const ALIAS_NAMES = Object.keys(ALIASES);
// The list names one service for each port, and port 80 has three.
const OFFICIAL = SERVICE_NAMES.filter((name) => !ALIAS_NAMES.includes(name) && name !== 'http');

describe('a service', () => {
  it.each(OFFICIAL)('%s is a port that IANA gives to that name', (name) => {
    expect(IANA.get(name)).toContain(parsePortRange(name)?.[0]);
  });

  it.each(ALIAS_NAMES)('%s is no name that IANA has given to anything', (name) => {
    expect(IANA.has(name)).toBe(false);
  });

  it.each(['winrm', 'oracle'])(
    '%s is no name of a port, because IANA means another one than people do',
    (name) => {
      expect(IANA.has(name)).toBe(true);
      expect(parsePortRange(name)).toBeUndefined();
    },
  );

  it('has one meaning for each name, and ports that exist', () => {
    expect(new Set(SERVICE_NAMES).size).toBe(SERVICE_NAMES.length);
    for (const [from, to] of Object.values(ALIASES))
      expect(parsePortRange(`${from}-${to}`)).toEqual([from, to]);
  });

  it.each([
    ['postgres', [5432, 5432]],
    ['redis', [6379, 6379]],
    ['mongo', [27_017, 27_017]],
    ['rdp', [3389, 3389]],
    ['kubelet', [10_250, 10_250]],
    ['etcd', [2379, 2380]],
    ['docker', [2375, 2375]],
    ['memcached', [11_211, 11_211]],
  ])('may be called %s', (name, ports) => {
    expect(parsePortRange(name)).toEqual(ports);
  });

  it.each(ALIAS_NAMES)('%s is in the documentation', (name) => {
    expect(readFileSync('docs/policies.md', 'utf8')).toContain(`\`${name}\``);
  });

  it('is called in a mail as people call it', () => {
    expect(labelOf(6, 3389)).toBe('RDP');
    expect(labelOf(17, 22)).toBeUndefined();
  });
});
