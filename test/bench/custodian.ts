// Cloud Custodian as the yardstick: its filters that come nearest to our policies, on the same groups, in a virtual environment of its own.
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minus } from '../../lib/network/intervals.ts';
import { locate, printProtocol, protocolTraffic, TCP } from '../../lib/network/ports.ts';
import type { Policy } from '../../lib/policy/policy.ts';

const ENVIRONMENT = join('.venv', 'bench');
const PYTHON = join(ENVIRONMENT, 'bin', 'python');
const PACKAGE = 'c7n==0.9.52';

/** Installs it once; a word why not where that cannot be done. */
export function installCustodian(): string | undefined {
  if (existsSync(PYTHON)) return undefined;
  try {
    execFileSync('python3', ['-m', 'venv', ENVIRONMENT], { stdio: 'pipe' });
    execFileSync(PYTHON, ['-m', 'pip', 'install', '--quiet', PACKAGE], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `Cloud Custodian is left out: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
  }
}

/** Seconds of the processor that it takes for the groups of a file, by round. */
export function custodianSeconds(
  groups: string,
  policies: readonly Policy[],
  rounds: number,
  directory: string,
): readonly number[] {
  const filters = join(directory, 'filters.json');
  writeFileSync(filters, JSON.stringify(policies.map(filterOf)));
  const printed = execFileSync(PYTHON, ['test/bench/custodian.py', groups, filters, String(rounds)], {
    encoding: 'utf8',
  });
  return JSON.parse(printed) as readonly number[];
}

/** It compares texts, so `world` is two of them; a policy for certain groups looks at their name first. */
function filterOf({ direction, traffic, scope, forbidden }: Policy): object {
  const names = scope?.groups?.names;
  if (forbidden === 'any' && names !== undefined) {
    return { type: 'value', key: 'GroupName', op: 'in', value: names };
  }
  const [protocol = TCP] = traffic.map(([start]) => locate(start).protocol);
  const allowed = portsIn(minus([protocolTraffic(protocol)], traffic));
  return {
    type: direction,
    IpProtocol: { value: [printProtocol(protocol), '-1'], op: 'in' },
    ...(allowed.length > 0 && allowed.length < FEW ? { OnlyPorts: allowed } : {}),
    ...(allowed.length >= FEW ? { Ports: portsIn(traffic) } : {}),
    Cidr: { value: ['0.0.0.0/0', '::/0'], op: 'in' },
  };
}

/** A policy for all ports but so few says which are allowed. */
const FEW = 1000;

function portsIn(traffic: Policy['traffic']): readonly number[] {
  return traffic.flatMap(([start, end]) =>
    Array.from({ length: end - start }, (_, offset) => locate(start + offset).selector),
  );
}
