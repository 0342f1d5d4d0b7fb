// Everything that `portcullis validate` says of malformed files: each line has the place, what is wrong, and what to do.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { portcullis } from './portcullis.ts';

const POLICY = `id: no-ssh
title: SSH is not open
severity: high
description: Use Session Manager.
match:
  protocol: [tcp]
  ports: [22]
  source: world
action: revoke
`;
const CASES = `now: 2026-06-01
violation:
  - SSH: { IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIpv4: 0.0.0.0/0 }
`;
const SETTINGS = `stages:
  prod: { regions: [eu-west-1] }
`;

type Slip = readonly [found: string, written: string, said: string];

const IN_POLICY: readonly Slip[] = [
  [POLICY, '', '1:1: error: the file is empty: fill it, or delete it'],
  [POLICY, '- id: no-ssh', '1:1: error: write keys and values here: the keys are id, title, severity, '],
  ['severity: high\n', '', '1:1: error: `severity` is missing: add it'],
  [
    'severity: high',
    'severity: 1',
    '3:11: error: severity: write one of `critical`, `high`, `medium`, `low`',
  ],
  ['high', 'hgih', '3:11: error: severity: `hgih` is unknown, did you mean `high`?'],
  ['title: SSH is', 'title: SSH: is', '2:8: error: a text that contains a colon needs quotes: '],
  [
    'title: SSH is not open',
    'title: "SSH',
    '10:1: error: the closing quotation mark of a text is missing: add it',
  ],
  ['title: SSH', 'title: @SSH', '2:8: error: no text can start with this character: put the text in quotes'],
  [
    'title: SSH is not open',
    'id: no-ssh',
    '2:1: error: this key is already in the map: remove one of the two',
  ],
  [
    'ports: [22]',
    'ports: [22',
    '8:3: error: a closing bracket or brace, or a comma, is missing before this: ',
  ],
  ['  ports', '   ports', '7:1: error: the indentation does not fit: start all keys of a map, '],
  ['[22]', '{ from: 22 }', '7:12: error: unknown key `from`, did you mean `source`, one level up?'],
  ['[22]', '[[22]]', '7:11: error: match.ports.0: write one text here, not a list'],
  ['[22]', '[]', '7:10: error: match.ports: this list is empty: name at least one'],
  [
    'source: world',
    'source:',
    '8:10: error: match.source: there is no value here: write one, or leave the key out',
  ],
  [
    'source: world',
    'source: { outside: { a: b } }',
    '8:22: error: match.source.outside: write one value here, ',
  ],
  [
    'world',
    'public\n  tolerate: 24',
    '9:13: error: match.tolerate: write keys and values here: the keys are ipv4, ',
  ],
  ['world', 'public\n  tolerate: { ipv4: many }', '9:21: error: match.tolerate.ipv4: write a number here'],
  [
    'action: revoke',
    'action: revoke\nscope: all',
    '10:8: error: scope: write keys and values here: the keys are ',
  ],
  [
    'action: revoke',
    'action: revoke\nexceptions: none',
    '10:13: error: exceptions: write a list here, with `- ` ',
  ],
  ['action: revoke', 'action: revoke\ngrace: { a: b }', '10:8: error: grace: write one time here, 1m to 15m'],
];

const IN_CASES: readonly Slip[] = [
  ['- SSH: {', '- {', '3:19: error: violation.0.IpProtocol: write a sentence and its rule here: '],
  [
    'FromPort: 22',
    'FromPort: 30',
    '3:10: error: violation.0.SSH: FromPort and ToPort: `30` to `22` is not a range: ',
  ],
  ['tcp', 'tpc', '3:10: error: violation.0.SSH: IpProtocol: `tpc` is not a protocol: did you mean `tcp`?'],
  [
    '0.0.0.0/0',
    '10/8',
    '3:10: error: violation.0.SSH: `10/8` is not a CIDR block: did you mean `10.0.0.0/8`?',
  ],
  [', CidrIpv4: 0.0.0.0/0', '', '3:10: error: violation.0.SSH: write exactly one of CidrIpv4, '],
  [
    'violation',
    'vpcs: { a: 10.0.0.0/8 }\nviolation',
    '2:12: error: vpcs.a: a VPC is named by its id, such as vpc-',
  ],
];

const IN_SETTINGS: readonly Slip[] = [
  [SETTINGS, 'stages: [prod]\n', '1:9: error: stages: write keys and values here, as in { key: value }'],
  ['stages', 'timeZone: Berlin\nstages', '1:11: error: timeZone: `Berlin` is not a time zone: use one of '],
  [SETTINGS, 'stages: { prod: {} } x\n', '1:22: error: this cannot follow what stands before it: '],
  ['stages', 'exposure: maybe\nstages', '1:11: error: exposure: write true or false here, without quotes'],
  ['stages', 'breaker: { limit: 0 }\nstages', '1:19: error: breaker.limit: write 1 or more'],
];

/** What is printed of each mistake, without the path of the file and the count at the end. */
async function said(policy: string, cases: string, settings: string): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-mistakes-'));
  mkdirSync(join(directory, 'policies'));
  writeFileSync(join(directory, 'policies', 'no-ssh.yaml'), policy);
  writeFileSync(join(directory, 'policies', 'no-ssh.test.yaml'), cases);
  writeFileSync(join(directory, 'settings.yml'), `${settings}policies: policies\n`);
  const { status, stdout } = await portcullis(['validate', '--settings', join(directory, 'settings.yml')]);
  expect(status, stdout).toBe(1);
  const lines = stdout.trimEnd().split('\n').slice(0, -1);
  return lines.map((line) => line.replace(/^.*?\.ya?ml:/, ''));
}

/** A place, and words of what to do. */
const SENTENCE =
  /^\d+:\d+: error: .*(\b(add|fill|leave|name|put|remove|start|use|write)\b|did you mean `.*\?|such as )/;

describe('portcullis validate', () => {
  it.each([
    ...IN_POLICY.map(([found, written, line]) => [line, POLICY.replace(found, written), CASES, SETTINGS]),
    ...IN_CASES.map(([found, written, line]) => [line, POLICY, CASES.replace(found, written), SETTINGS]),
    ...IN_SETTINGS.map(([found, written, line]) => [line, POLICY, CASES, SETTINGS.replace(found, written)]),
  ])(
    'says where, what is wrong, and what to do: %s',
    async (line = '', policy = '', cases = '', settings = '') => {
      const lines = await said(policy, cases, settings);

      expect(
        lines.filter((one) => one.startsWith(line)),
        lines.join('\n'),
      ).toHaveLength(1);
      for (const one of lines) expect(one).toMatch(SENTENCE);
      expect(lines.join('\n')).not.toMatch(/Invalid input|\[object|this is a map|cannot be read/);
    },
  );

  it('says once what is wrong with a rule that has no sentence, not once for each of its keys', async () => {
    const lines = await said(POLICY, CASES.replace('- SSH: {', '- {'), SETTINGS);

    expect(lines).toHaveLength(1);
  });
});
