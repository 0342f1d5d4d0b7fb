import { describe, expect, it } from 'vitest';
import { parsePolicyFile } from '../../../lib/policy/policy-file.ts';
import { read } from './read.ts';

const VALID = `id: no-ssh
title: SSH is closed
severity: high
description: Use Session Manager.
references: [CIS 5.3]
match:
  protocol: [tcp]
  ports: [22, 8000-8100]
  source: world
action: revoke
`;

/** The issues of the valid file with one text replaced, as `line:column message`. */
function issuesWith(found: string, replacement: string): string[] {
  const result = parsePolicyFile('policies/no-ssh.yaml', VALID.replace(found, replacement));
  return result.ok ? [] : result.issues.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('a policy file', () => {
  it('that is valid becomes a document with its defaults filled in', () => {
    const result = parsePolicyFile('policies/no-ssh.yaml', VALID.replace('references: [CIS 5.3]\n', ''));

    expect(result).toMatchObject({ ok: true, value: { references: [], match: { direction: 'ingress' } } });
  });

  it('may be off without quotes, in its mode alone', () => {
    const result = parsePolicyFile('policies/no-ssh.yaml', `${VALID}mode: off\n`);

    expect(result).toMatchObject({ ok: true, value: { mode: 'off' } });
    const scope = 'scope: { groups: { tags: { mode: off } } }';
    expect(issuesWith('action:', `${scope}\naction:`)).toEqual([
      expect.stringContaining('`off` is false to YAML'),
    ]);
  });

  it.each([
    [
      'a mode of another tool',
      'action: revoke',
      'action: revoke\nmode: monitor',
      '11:7 mode: `monitor` is unknown, did you mean `dry-run`?',
    ],
    [
      'a grace that is too long',
      'action: revoke',
      'action: revoke\ngrace: 16m',
      '11:8 grace: `16m` is not a grace period: it lasts at most 15m',
    ],
    [
      'a grace of seconds',
      'action: revoke',
      'action: revoke\ngrace: 90s',
      '11:8 grace: `90s` is not a grace period: did you mean `2m`?',
    ],
    [
      'a grace without its unit',
      'action: revoke',
      'action: revoke\ngrace: 10',
      '11:8 grace: `10` is not a grace period: did you mean `10m`?',
    ],
    [
      'no grace',
      'action: revoke',
      'action: revoke\ngrace: 0m',
      '11:8 grace: `0m` is not a grace period: write 1m to 15m',
    ],
    [
      'a grace in words',
      'action: revoke',
      'action: revoke\ngrace: soon',
      '11:8 grace: `soon` is not a grace period: write 1m to 15m',
    ],
    [
      'a delay',
      'action: revoke',
      'action: revoke\ndelay: 10m',
      '11:1 unknown key `delay`, did you mean `grace`?',
    ],
    ['an unknown key', 'ports:', 'prots:', '8:3 unknown key `prots`, did you mean `ports`?'],
    ['an unknown top key', 'severity:', 'severety:', '3:1 unknown key `severety`, did you mean `severity`?'],
    ['an unknown severity', 'high', 'urgent', '3:11 severity: `urgent` is unknown, did you mean `critical`?'],
    ['a port that is none', '[22,', '[70000,', '8:11 match.ports.0: `70000` is not a port, range or service'],
    [
      'a range backwards',
      '8000-8100',
      '8100-8000',
      '8:15 match.ports.1: `8100-8000` is not a port, range or service',
    ],
    ['an unknown protocol', '[tcp]', '[tpc]', '7:14 match.protocol.0: `tpc` is not a protocol'],
    ['all protocols by -1', '[tcp]', '[-1]', '7:14 match.protocol.0: `-1` is not a single protocol'],
    ['ports of a protocol without', '[tcp]', '[tcp, icmp]', '8:10 match.ports: protocol `icmp` has no ports'],
    [
      'an unknown source',
      'world',
      'internet',
      '9:11 match.source: `internet` is unknown, did you mean `world`?',
    ],
    [
      'a block with host bits',
      'world',
      '{ outside: [10.1.0.0/8] }',
      '9:23 match.source.outside.0: `10.1.0.0/8` has host bits',
    ],
    [
      'zero-padded octets',
      'world',
      '{ outside: [010.0.0.0/8] }',
      '9:23 match.source.outside.0: `010.0.0.0/8` is not a CIDR block',
    ],
    [
      'a bare address',
      'world',
      '{ outside: [10.0.0.1] }',
      '9:23 match.source.outside.0: `10.0.0.1` has host bits or no prefix length, did you mean `10.0.0.1/32`?',
    ],
    ['an empty list', '[22, 8000-8100]', '[]', '8:10 match.ports: this list is empty: name at least one'],
    ['no source', '  source: world\n', '', '7:3 match.source: an ingress policy needs `source`'],
    [
      'a destination for ingress',
      'source: world',
      'destination: world',
      '9:16 match.destination: an ingress policy says `source`, not `destination`',
    ],
    [
      'tolerance beside world',
      'source: world',
      'source: world\n  tolerate: { ipv4: 8 }',
      '10:13 match.tolerate: `world` has its own tolerance',
    ],
    [
      'a prefix length that is none',
      'source: world',
      'source: public\n  tolerate: { ipv4: 33 }',
      '10:21 match.tolerate.ipv4: write 32 or less',
    ],
    [
      'an id that is not the file name',
      'id: no-ssh',
      'id: other',
      '1:5 id `other` must be the name of the file, `no-ssh`',
    ],
    ['the id that stands for the sweep', 'id: no-ssh', 'id: sweep', '1:5 id: this id stands for the sweep'],
    ['a key twice', 'title: SSH is closed', 'id: no-ssh', '2:1 this key is already in the map'],
    ['broken YAML', 'references: [CIS 5.3]', 'references: [CIS 5.3', '6:1 '],
    ['nothing in it', VALID, '', '1:1 the file is empty'],
    ['a missing key', 'action: revoke', '', '1:1 `action` is missing: add it'],
    [
      'a way out of an action that has none',
      'action: revoke',
      'action: revoke\notherwise: notify',
      '11:12 otherwise: this is only for `action: trim`, because `revoke` keeps no part of a rule: leave it out, or write `action: trim`',
    ],
    ['a way out that is none', 'action: revoke', 'action: trim\notherwise: trim', '11:12 otherwise: '],
    [
      'an unknown key of `scope`',
      'action',
      'scope: { region: [eu-*] }\naction',
      '10:10 unknown key `region`',
    ],
    ['a key merged in', 'action: revoke', '<<: { action: revoke }', '10:1 unknown key `<<`'],
    ['octal looks', '[22,', '[022,', '8:11 `022` is the number 22 to YAML'],
    ['a word that is false to YAML 1.1', 'SSH is closed', 'no', '2:8 `no` is false to YAML'],
    ['an alias', 'SSH is closed', '*a', '2:8 '],
    ['an anchor', 'SSH is closed', '&a SSH', '2:11 `&a` is a YAML anchor'],
    ['a tag', 'SSH is closed', '!!str 22', '2:14 `tag:yaml.org,2002:str` is a YAML tag'],
    ['an anchor of a list', '[22,', '&a [22,', '8:13 `&a` is a YAML anchor'],
    ['an anchor of a map', 'match:', 'match: &a', '7:3 `&a` is a YAML anchor'],
    ['a tag of a list', '[22,', '!!seq [22,', '8:16 `tag:yaml.org,2002:seq` is a YAML tag'],
    ['a directive', 'id: no-ssh', '%YAML 1.1\n---\nid: no-ssh', '1:1 `%YAML 1.1` is a YAML directive'],
    [
      'a key that is a number',
      'action',
      'scope: { groups: { tags: { 22: a, "22": b } } }\naction',
      '10:28 `22` is not a key',
    ],
    ['a key that is nothing', 'action', 'scope: { groups: { tags: { ~: a } } }\naction', '10:28 '],
    ['a key that is a list', 'action', 'scope: { groups: { tags: { ? [a] : b } } }\naction', '10:30 '],
    [
      'a key that JavaScript drops',
      'action',
      'scope: { groups: { tags: { __proto__: a } } }\naction',
      '10:28 ',
    ],
    [
      'no tags',
      'action',
      'scope: { groups: { tags: {} } }\naction',
      '10:26 scope.groups.tags: name at least one tag',
    ],
  ])('is refused for %s, with the place', (_, found, replacement, issue) => {
    const issues = issuesWith(found, replacement);

    expect(
      issues.filter((text) => text.startsWith(issue)),
      issues.join('\n'),
    ).toHaveLength(1);
  });

  it('tells all its issues at once', () => {
    const text = VALID.replace('ports:', 'prots:').replace('high', 'urgent').replace('world', 'moon');
    const result = parsePolicyFile('policies/no-ssh.yaml', text);

    expect(result.ok ? 0 : result.issues.length).toBe(3);
  });

  it.each([
    '',
    '[]',
    '42',
    'a: *b',
    '&a [*a, *a]',
    '- 1',
    '---\n---\n',
    '!!js/function x',
    '\u0000',
    'id: {',
  ])('that is %j is refused with a place, and does not crash', (text) => {
    expect(read(text).ok).toBe(false);
  });
});
