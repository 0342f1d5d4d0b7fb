import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../../lib/settings/settings-file.ts';

const SHIPPED = ['no-ssh', 'no-databases'];
const parse = (text: string) => parseSettings('settings.yml', text, SHIPPED);
const STAGES = 'stages: { prod: { regions: [eu-west-1] } }';

describe('settings', () => {
  it('may say all that a deployment can be told', () => {
    const text = `
mode: dry-run
mail: security@example.com
subscriptions:
  - { protocol: https, endpoint: "https://example.com/hook", severities: [critical, high] }
  - { protocol: sqs, endpoint: "arn:aws:sqs:eu-west-1:111122223333:findings" }
sweep: { mode: enforce, rate: rate(1 day), maxAge: 25 }
breaker: { limit: 50, minutes: 20 }
trim: { limit: 10 }
protect: [sg-0abc, name=bastion-*, tag:keep=yes]
retention: { log: 731 }
policies: policies
shipped:
  no-ssh: { mode: off }
  no-databases:
    action: trim
    grace: 10m
    exceptions: [{ sources: 198.51.100.0/24, reason: Partner, owner: data, expires: 2027-01-01 }]
stages:
  prod: { account: "111122223333", regions: eu-west-1, mode: enforce, mail: prod@example.com }
  dev: {}
`;
    expect(parse(text)).toMatchObject({
      ok: true,
      value: {
        shipped: { 'no-ssh': { mode: 'off' }, 'no-databases': { exceptions: [{ owner: 'data' }] } },
        stages: { prod: { regions: ['eu-west-1'] } },
      },
    });
  });

  it.each([
    ['a misspelt key', `mial: a@example.com\n${STAGES}`, 1, 1, 'unknown key `mial`, did you mean `mail`?'],
    [
      'a word of others',
      `email: a@example.com\n${STAGES}`,
      1,
      1,
      'unknown key `email`, did you mean `mail`?',
    ],
    ['a key of a stage', `regions: [eu-west-1]\n${STAGES}`, 1, 1, '`regions` belongs under `stages`'],
    ['what is not shipped', `${STAGES}\nshipped:\n  no-shh: { mode: off }`, 3, 3, 'did you mean `no-ssh`?'],
    [
      'an override that says nothing',
      `${STAGES}\nshipped: { no-ssh: {} }`,
      2,
      20,
      'say what is to be changed',
    ],
    ['no stages', 'mode: enforce', 1, 1, '`stages` is missing: add it'],
    ['another mode', `${STAGES}\nmode: active`, 2, 7, 'mode: `active` is unknown, did you mean `enforce`?'],
    [
      'a stage that no stack can be called by',
      'stages: { Prod_1: {} }',
      1,
      19,
      'use letters, digits and hyphens',
    ],
    ['an account without quotes', 'stages: { prod: { account: 111122223333 } }', 1, 28, 'quotes'],
    ['no region', 'stages: { prod: { regions: [europe] } }', 1, 29, '`europe` is not a region'],
    ['no mail address', `${STAGES}\nmail: security`, 2, 7, '`security` is not a mail address'],
    ['several in one', `${STAGES}\nprotect: ["sg-0abc,sg-0def"]`, 2, 11, 'is not a group: use sg-0abc'],
    [
      'two minutes in the singular',
      `${STAGES}\nsweep: { rate: rate(2 hour), maxAge: 5 }`,
      2,
      16,
      'is not a schedule',
    ],
    ['a rate as people say it', `${STAGES}\nsweep: { rate: 6 hours }`, 2, 16, 'is not a schedule'],
    [
      'a day between sweeps and half a day of age',
      `${STAGES}\nsweep: { rate: rate(1 day), maxAge: 12 }`,
      2,
      37,
      '25',
    ],
    [
      'a rate without an age',
      `${STAGES}\nsweep: { rate: rate(1 day) }`,
      2,
      8,
      'a `maxAge` of 25 hours or more',
    ],
    ['a ledger for a week', `${STAGES}\nretention: { ledger: 7 }`, 2, 22, '30'],
    ['a log for 100 days', `${STAGES}\nretention: { log: 100 }`, 2, 19, 'keeps no log for 100 days'],
    ['a breaker that forgets', `${STAGES}\nbreaker: { minutes: 5 }`, 2, 21, 'write 12 or more'],
    [
      'an endpoint of another kind',
      `${STAGES}\nsubscriptions: [{ protocol: https, endpoint: "http://example.com" }]`,
      ...[2, 46],
      'is not an endpoint for https: write one such as https://example.com/hook',
    ],
    [
      'the mailbox twice',
      `${STAGES}\nmail: a@example.com\nsubscriptions: [{ protocol: email, endpoint: a@example.com }]`,
      ...[3, 46],
      '`a@example.com` subscribes twice',
    ],
    [
      'the mailbox of a stage twice',
      'mail: a@example.com\nsubscriptions: [{ protocol: email, endpoint: b@example.com }]\nstages: { prod: { mail: b@example.com } }',
      ...[2, 46],
      '`b@example.com` subscribes twice',
    ],
  ] as const)('are refused at the place where they are wrong: %s', (_, text, line, column, message) => {
    const parsed = parse(text);
    const issues = parsed.ok ? [] : parsed.issues;

    expect(issues).toMatchObject([
      { file: 'settings.yml', line, column, message: expect.stringContaining(message) },
    ]);
  });
});
