// What a deployment changes, kind by kind: which changes have to be confirmed, and what they are called.
import { describe, expect, it } from 'vitest';
import { compareInForce, compareWithLive, type LiveStack } from '../../../lib/deployment/compare.ts';
import { DIFFERENCE_KINDS } from '../../../lib/deployment/difference.ts';
import { differenceInWords } from '../../../lib/deployment/phrases.ts';
import { FUNCTIONS, inForceBy, variablesOf } from '../../../lib/deployment/template.ts';
import { ENFORCING, EXCEPTION, POLICY, TODAY, templateOf, type Wanted } from './templates.ts';

type Part = Partial<Wanted>;

function changed(from: Part, to: Part) {
  const [before, after] = [from, to].map((part) => inForceBy(templateOf({ ...ENFORCING, ...part })));
  if (before === undefined || after === undefined) throw new Error('two templates');
  return compareInForce(before, after, TODAY);
}

const policies = (...changes: readonly Partial<typeof POLICY>[]): Part => ({
  policies: changes.map((one) => ({ ...POLICY, ...one })),
});
const DRY: Part = { mode: 'dry-run' };

/** Before, after, and the sentence. */
type Row = readonly [kind: (typeof DIFFERENCE_KINDS)[number], from: Part, to: Part, words: string];

const RISKY: readonly Row[] = [
  ['mode', DRY, {}, 'mode: dry-run -> enforce. These policies act from now on: no-ssh.'],
  ['mode', {}, DRY, 'mode: enforce -> dry-run. Nothing is revoked from now on.'],
  [
    'sweep',
    {},
    { sweepMode: 'enforce' },
    'sweep: report -> enforce. It revokes what it finds, old rules included.',
  ],
  [
    'trim',
    {},
    { trimLimit: 10 },
    'trim: off -> up to 10 rules. The function may add rules to security groups.',
  ],
  [
    'trim',
    policies({ action: 'trim' }),
    { trimLimit: 10, ...policies({ action: 'trim' }) },
    'trim: off -> up to 10 rules. The function may add rules to security groups. These policies trim from now on: no-ssh.',
  ],
  [
    'trim',
    { trimLimit: 10, ...policies({ action: 'trim' }) },
    policies({ action: 'trim' }),
    'trim: up to 10 rules -> off. These policies revoke whole rules instead: no-ssh.',
  ],
  [
    'breaker',
    {},
    { breakerLimit: 200 },
    'breaker: 100 groups in 15 minutes -> 200 groups in 15 minutes. It lets more through before it trips.',
  ],
  [
    'breaker',
    {},
    { breakerMinutes: 12 },
    'breaker: 100 groups in 15 minutes -> 100 groups in 12 minutes. It lets more through before it trips.',
  ],
  [
    'protected',
    {},
    { protect: ['sg-0abc', 'name=*'] },
    'protect: name=* is added. Rules of these groups are only reported.',
  ],
  ['unprotected', {}, { protect: [] }, 'protect: sg-0abc is removed. Rules of these groups can be revoked.'],
  [
    'policies-unknown',
    { hasManifest: false },
    {},
    'policies: what is deployed does not say which policies it has. From now on there are 1.',
  ],
  ['policy-added', policies(), {}, 'policy no-ssh is new: revoke.'],
  ['policy-removed', {}, policies(), 'policy no-ssh is removed. Until now: revoke.'],
  ['policy-removed', DRY, { ...DRY, ...policies() }, 'policy no-ssh is removed. Until now: report only.'],
  ['policy-effect', {}, policies({ mode: 'off' }), 'policy no-ssh: revoke -> off.'],
  ['policy-effect', {}, policies({ mode: 'dry-run' }), 'policy no-ssh: revoke -> report only.'],
  ['policy-effect', policies({ action: 'notify' }), {}, 'policy no-ssh: report only -> revoke.'],
  ['policy-effect', policies({ mode: 'off' }), {}, 'policy no-ssh: off -> revoke.'],
  [
    'policy-effect',
    { trimLimit: 5, ...policies({ action: 'trim', otherwise: 'notify' }) },
    { trimLimit: 5, ...policies({ action: 'trim' }) },
    'policy no-ssh: trim, or else report -> trim, or else revoke.',
  ],
  [
    'policy-forbids',
    {},
    policies({ match: { ...POLICY.match, ports: [23] } }),
    'policy no-ssh: what it forbids has changed. It may revoke other rules than before.',
  ],
  ['policy-grace', policies({ grace: '10m' }), {}, 'policy no-ssh: grace 10m -> none.'],
  [
    'exception-removed',
    policies({ exceptions: [EXCEPTION] }),
    {},
    'policy no-ssh: the exception until 2027-01-01 is removed. What it excuses violates from now on.',
  ],
  [
    'exception-removed',
    policies({ exceptions: [EXCEPTION] }),
    policies({ exceptions: [{ ...EXCEPTION, expires: '2026-12-01' }] }),
    'policy no-ssh: an exception ends on 2026-12-01; it was 2027-01-01.',
  ],
  ['setting', {}, { logRetention: 30 }, 'logRetention: 400 -> 30. The log of the days before is deleted.'],
  ['subscriber-removed', {}, { hooks: {} }, 'https://example.com/Hook1 (https) is unsubscribed.'],
  ['subscriber-removed', {}, { mail: '' }, 'jane@example.com (email) is unsubscribed.'],
  [
    'subscriber-filter',
    {},
    { hooks: { Hook1: ['critical'] } },
    'https://example.com/Hook1 (https) gets severity critical; it got everything.',
  ],
];

const HARMLESS: readonly Row[] = [
  ['sweep', { sweepMode: 'enforce' }, {}, 'sweep: enforce -> report. It only reports what it finds.'],
  ['trim', { trimLimit: 5 }, { trimLimit: 10 }, 'trim: up to 5 rules -> up to 10 rules.'],
  ['breaker', {}, { breakerLimit: 50 }, 'breaker: 100 groups in 15 minutes -> 50 groups in 15 minutes.'],
  ['setting', { logRetention: 30 }, {}, 'logRetention: 30 -> 400.'],
  ['policy-added', policies(), policies({ action: 'notify' }), 'policy no-ssh is new: report only.'],
  ['policy-added', { ...DRY, ...policies() }, DRY, 'policy no-ssh is new: report only.'],
  [
    'policy-would',
    { ...DRY, ...policies({ action: 'notify' }) },
    DRY,
    'policy no-ssh, once it is enforced: report only -> revoke.',
  ],
  [
    'policy-forbids',
    DRY,
    { ...DRY, ...policies({ scope: { regions: ['eu-*'] } }) },
    'policy no-ssh: what it forbids has changed.',
  ],
  ['policy-grace', {}, policies({ grace: '10m' }), 'policy no-ssh: grace none -> 10m.'],
  ['policy-severity', {}, policies({ severity: 'critical' }), 'policy no-ssh: severity high -> critical.'],
  [
    'policy-text',
    {},
    policies({ title: 'No SSH' }),
    'policy no-ssh: its title, description or references have changed.',
  ],
  [
    'exception-added',
    {},
    policies({ exceptions: [EXCEPTION] }),
    'policy no-ssh: an exception is new, until 2027-01-01.',
  ],
  [
    'exception-added',
    policies({ exceptions: [EXCEPTION] }),
    policies({ exceptions: [{ ...EXCEPTION, expires: '2028-01-01' }] }),
    'policy no-ssh: an exception lasts until 2028-01-01; it was 2027-01-01.',
  ],
  ['subscriber-added', { hooks: {} }, {}, 'https://example.com/Hook1 (https) is subscribed.'],
  [
    'subscriber-filter',
    { hooks: { Hook1: ['high'] } },
    { hooks: { Hook1: ['high', 'critical'] } },
    'https://example.com/Hook1 (https) gets severity critical, high; it got severity high.',
  ],
];

describe('a change that has to be confirmed', () => {
  it.each(RISKY)('%s: from %j to %j', (kind, from, to, words) => {
    const found = changed(from, to);

    expect(found.map((one) => [one.kind, one.risk !== undefined, differenceInWords(one)])).toEqual([
      [kind, true, words],
    ]);
  });
});

describe('a change that needs no confirmation', () => {
  it.each(HARMLESS)('%s: from %j to %j', (kind, from, to, words) => {
    const found = changed(from, to);

    expect(found.map((one) => [one.kind, one.risk, differenceInWords(one)])).toEqual([
      [kind, undefined, words],
    ]);
  });
});

describe('no change', () => {
  it.each([
    [
      'an exception that has ended is removed',
      policies({ exceptions: [{ ...EXCEPTION, expires: '2026-05-31' }] }),
      {},
    ],
    ['a policy that is off is removed', policies({ mode: 'off' }), policies()],
    [
      'a policy that is off says something else',
      policies({ mode: 'off' }),
      policies({ mode: 'off', title: 'No SSH' }),
    ],
    [
      'the protected groups are in another order',
      { protect: ['sg-1', 'sg-2'] },
      { protect: ['sg-2', ' sg-1'] },
    ],
    ['the sweep of a dry run enforces', DRY, { ...DRY, sweepMode: 'enforce' }],
    [
      'the owner of an exception is another',
      policies({ exceptions: [EXCEPTION] }),
      policies({ exceptions: [{ ...EXCEPTION, owner: 'jane' }] }),
    ],
  ] as const)('is it where %s', (_, from, to) => {
    expect(changed(from, to)).toEqual([]);
  });
});

/** The stack that this deployment made, as nobody has touched it. */
function liveOf(wanted: Wanted): LiveStack {
  const template = templateOf(wanted);
  const { subscriptions } = inForceBy(template);
  const variables = Object.fromEntries(FUNCTIONS.map((id) => [id, variablesOf(template, id)]));
  return { template, variables, subscribers: subscriptions };
}

describe('a stack that somebody has changed by hand', () => {
  it('has that confirmed before it is overwritten', () => {
    const live = liveOf(ENFORCING);
    const SweepLambdaFunction = { ...live.variables.SweepLambdaFunction, MODE: 'dry-run' };
    const touched = { ...live, variables: { ...live.variables, SweepLambdaFunction } };

    const found = compareWithLive(touched, templateOf(ENFORCING), TODAY);

    expect(found.map(differenceInWords)).toEqual([
      'MODE of sweep: somebody set it to `dry-run` after `enforce` was deployed. This deployment sets it to `enforce`.',
    ]);
    expect(found.map(({ risk }) => risk)).toEqual(['overwrites']);
  });

  it('is the same to a function that is gone: CloudFormation says so itself', () => {
    const live = { ...liveOf(ENFORCING), variables: {} };

    expect(compareWithLive(live, templateOf(ENFORCING), TODAY)).toEqual([]);
  });

  it('says who is not subscribed any more', () => {
    const live = { ...liveOf(ENFORCING), subscribers: [] };

    const found = compareWithLive(live, templateOf(ENFORCING), TODAY);

    expect(found.map(({ kind, risk }) => [kind, risk])).toEqual([
      ['subscriber-missing', undefined],
      ['subscriber-missing', undefined],
    ]);
    expect(found.map(differenceInWords)[0]).toMatch(/^jane@example.com \(email\) is not subscribed/);
  });
});

describe('a subscriber', () => {
  it('that moves to another resource has to be confirmed: SNS would end without it', () => {
    const found = changed({ hooks: {} }, { hooks: { Hook1: [] } });
    const moved = compareInForce(
      { ...inForceBy(templateOf(ENFORCING)), subscriptions: [hook('Old')] },
      { ...inForceBy(templateOf(ENFORCING)), subscriptions: [hook('New')] },
      TODAY,
    );

    expect(found.map(({ kind }) => kind)).toEqual(['subscriber-added']);
    expect(moved.map(({ kind, risk }) => [kind, risk])).toEqual([['subscriber-moved', 'silences']]);
    expect(moved.map(differenceInWords)[0]).toMatch(/moves to another key/);
  });

  const hook = (resource: string) => ({
    ...{ resource, protocol: 'https', endpoint: 'https://example.com', filter: {} },
  });
});

describe('the first deployment', () => {
  it('in dry run needs no confirmation', () => {
    const found = compareWithLive(undefined, templateOf({ ...ENFORCING, ...DRY }), TODAY);

    expect(found.filter(({ risk }) => risk !== undefined)).toEqual([]);
  });

  it('that acts at once has that confirmed', () => {
    const all: Part = { sweepMode: 'enforce', trimLimit: 5 };
    const found = compareWithLive(undefined, templateOf({ ...ENFORCING, ...all }), TODAY);

    expect(found.filter(({ risk }) => risk !== undefined).map(({ kind }) => kind)).toEqual([
      ...['mode', 'sweep', 'trim'],
    ]);
  });
});

it('every kind of change is shown here', () => {
  const shown = new Set([...RISKY, ...HARMLESS].map(([kind]) => kind));

  expect(DIFFERENCE_KINDS.filter((kind) => !shown.has(kind))).toEqual([
    ...['by-hand', 'engine', 'subscriber-moved', 'subscriber-missing'],
  ]);
});

it('another version of the engine has to be confirmed where policies act', () => {
  const before = inForceBy(templateOf(ENFORCING));
  const { manifest } = before;
  const after = { ...before, manifest: manifest && { ...manifest, engine: 99 } };

  const found = compareInForce(before, after, TODAY);

  expect(found.map(({ kind, risk }) => [kind, risk])).toEqual([['engine', 'acts']]);
  expect(found.map(differenceInWords)[0]).toMatch(/^engine: version \d+ -> 99\. Every policy/);
});
