// Two changes of one group and anything that may happen to their tries: deaths, other deployments, other hands.

import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { homeTarget } from '../../lib/config.ts';
import { asError } from '../../lib/io/aws/errors.ts';
import { startRevoking, stopRevoking } from '../../lib/io/ledger/breaker.ts';
import { load } from '../../lib/io/ledger/entries.ts';
import { tick } from '../../lib/io/tick.ts';
import type { World } from '../../lib/io/world.ts';
import type { Entry } from '../../lib/remediation/state.ts';
import { fail } from '../../lib/sandbox/index.ts';
import {
  GROUP,
  left,
  makeEvent,
  makeWorld,
  policyOf,
  rdp,
  reconcile,
  ssh,
  type TestWorld,
  wide,
} from '../lib/io/world.ts';
import { type Command, type Fault, seeing, wrap } from './fault.ts';

const MINUTE = 60_000;
const EVENTS = [makeEvent([ssh, wide]), makeEvent([rdp], { eventID: 'event-2' })] as const;

const EXCUSE = { reason: 'needed', owner: 'web', expires: '2027-01-01', groups: { tags: { open: 'yes' } } };
const POLICIES = {
  'revoke all': [policyOf('all', [22, 3306, 3389], 'revoke')],
  'trim one': [policyOf('some', [22, 3389], 'revoke'), policyOf('mysql', [3306], 'trim')],
  'allow one': [policyOf('some', [3306, 3389], 'revoke')],
  'excuse a tag': [policyOf('all', [22, 3306, 3389], 'revoke', { exceptions: [EXCUSE] })],
};

const ORDER = [0, 1, 'tick'] as const;

const FAULTS = [
  'crash before',
  'crash after',
  'throttled for a while',
  'slow',
  'slow until the time runs out',
  'the answer is lost',
] as const;

/** What happens before a delivery, and how it goes. */
export interface Step {
  readonly minutes: number;
  readonly policies?: keyof typeof POLICIES | undefined;
  readonly mode?: 'enforce' | 'dry-run' | undefined;
  readonly isProtected?: boolean | undefined;
  readonly isTagged?: boolean | undefined;
  /** The rule that somebody removes; `added`: all that the bot has added. */
  readonly removed?: string | undefined;
  /** Whether somebody stops all revoking, or starts it again. */
  readonly isStopped?: boolean | undefined;
  /** Which of the two changes is delivered, or that what waits is taken up. */
  readonly event: 0 | 1 | 'tick';
  readonly dies?: { readonly point: number; readonly fault: Fault } | undefined;
  /** The API whose every call EC2 refuses in this delivery. */
  readonly refused?: 'RevokeSecurityGroupIngress' | 'AuthorizeSecurityGroupIngress' | undefined;
  readonly isLastTry: boolean;
}

function sometimes<T>(arbitrary: fc.Arbitrary<T>, freq = 2) {
  return fc.option(arbitrary, { nil: undefined, freq });
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  minutes: fc.oneof(fc.constantFrom(0, 4, 12), fc.nat(40)),
  policies: sometimes(fc.constantFrom(...(Object.keys(POLICIES) as (keyof typeof POLICIES)[]))),
  mode: sometimes(fc.constantFrom('enforce', 'dry-run')),
  isProtected: sometimes(fc.boolean(), 1),
  isTagged: sometimes(fc.boolean(), 1),
  removed: sometimes(fc.constantFrom('sgr-0ssh', 'sgr-0wide', 'sgr-0rdp', 'added')),
  isStopped: sometimes(fc.boolean()),
  event: fc.constantFrom(...ORDER),
  dies: sometimes(fc.record({ point: fc.nat(40), fault: fc.constantFrom(...FAULTS) }), 4),
  refused: sometimes(fc.constantFrom('RevokeSecurityGroupIngress', 'AuthorizeSecurityGroupIngress')),
  isLastTry: fc.boolean(),
});

export const anySteps = fc.array(anyStep, { minLength: 1, maxLength: 6 });

/** What came of it all. */
export interface End {
  readonly test: TestWorld;
  /** What the bot revoked, and whether that was while revoking was stopped. */
  readonly taken: readonly { readonly id: string; readonly isStopped: boolean }[];
  /** The rules that a try asked EC2 to revoke and was not refused, or died when it was about to. */
  readonly tried: ReadonlySet<string>;
  readonly entries: readonly Entry[];
  /** Each reason for which the breaker had something wait. */
  readonly holds: ReadonlySet<string>;
  /** How many messages SNS took of which nobody could note so. */
  readonly unnoted: number;
  /** How many tries something happened to: whoever was to say that the breaker has something wait may have died. */
  readonly troubled: number;
}

/** Takes the steps, and then delivers both changes until nobody can fail any more. */
export async function live(steps: readonly Step[]): Promise<End> {
  const test = makeWorld([ssh, wide, rdp]);
  const taken: { id: string; isStopped: boolean }[] = [];
  const hand = { isStopped: false };
  const tried = new Set<string>();
  let world = {
    ...watched(test, taken, hand),
    policies: POLICIES['revoke all'],
  };
  const holds = new Set<string>();
  let unnoted = 0;
  const after = Array.from({ length: 12 }, (_, i): Step => {
    return { minutes: 12, mode: 'enforce', isStopped: false, event: ORDER[i % 3] ?? 0, isLastTry: i > 8 };
  });
  for (const step of [...steps, ...after]) {
    world = await meanwhile(test, world, step);
    await stopOrStart(world, step, hand);
    const told = test.account.messages.length;
    await deliver(test, world, step, tried);
    const entries = await entriesOf(world);
    const last = entries.filter(({ id }) => id.startsWith(idOf(step))).at(-1);
    for (const name of entries.flatMap(holdsOf)) holds.add(name);
    for (const id of step.dies ? Object.keys(last?.note.revoking ?? {}) : []) tried.add(id);
    unnoted += unnotedOf(test.account.messages.length - told, last);
  }
  const troubled = steps.filter(({ dies }) => dies !== undefined).length;
  return { test, taken, tried, holds, unnoted, troubled, entries: await entriesOf(world) };
}

/** Of so many messages of one delivery, one is noted if its entry is done. */
function unnotedOf(sent: number, last: Entry | undefined): number {
  return Math.max(0, last?.state === 'notified' ? sent - 1 : sent);
}

function idOf({ event }: Step): string {
  return event === 'tick' ? '' : `event-${event + 1}`;
}

function holdsOf({ checks }: Entry): readonly string[] {
  return (checks?.holds ?? []).map(({ name }) => name);
}

async function stopOrStart(world: World, { isStopped }: Step, hand: { isStopped: boolean }): Promise<void> {
  const place = homeTarget(world.config);
  if (isStopped === true && !hand.isStopped) await stopRevoking(world.ledger, place, world.now());
  if (isStopped === false) await startRevoking(world.ledger, place);
  hand.isStopped = isStopped ?? hand.isStopped;
}

async function meanwhile<W extends World>(test: TestWorld, world: W, step: Step): Promise<W> {
  const { policies, mode = world.config.mode, isProtected, isTagged, removed } = step;
  const { account } = test;
  const group = account.groups.get(GROUP);
  if (group !== undefined && isTagged !== undefined) {
    account.groups.set(GROUP, { ...group, Tags: isTagged ? [{ Key: 'open', Value: 'yes' }] : [] });
  }
  account.rules = account.rules.filter(({ rule }) =>
    removed === 'added' ? !isAdded(rule) : rule.SecurityGroupRuleId !== removed,
  );
  await world.wait(step.minutes * MINUTE);
  const listed = isProtected === undefined ? world.config.protected : isProtected ? [{ ids: [GROUP] }] : [];
  return {
    ...world,
    policies: policies === undefined ? world.policies : POLICIES[policies],
    config: { ...world.config, mode, protected: listed },
  };
}

/** True for a rule that the bot has added: the others are there from the start. */
export function isAdded({ SecurityGroupRuleId }: AwsSecurityGroupRule): boolean {
  return ![ssh, wide, rdp].some((rule) => rule.SecurityGroupRuleId === SecurityGroupRuleId);
}

async function deliver({ account }: TestWorld, world: World, step: Step, tried: Set<string>): Promise<void> {
  const { event, dies, refused, isLastTry } = step;
  if (refused !== undefined) fail(account, refused, 'RequestLimitExceeded');
  const pass = (milliseconds: number) => void world.wait(milliseconds);
  const injection = dies && { ...dies, pass, beside: async () => {} };
  const dying = wrap(world, { calls: [] }, injection);
  const ec2 = seeing(dying.ec2, async (api, command, send) => {
    const ids = idsIn(command);
    const answer = await send().catch(asError);
    const isRefused = answer instanceof Error && answer.name === 'RequestLimitExceeded';
    if (api.startsWith('Revoke') && !isRefused) for (const id of ids) tried.add(id);
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const seen = { ...dying, ec2 };
  await (event === 'tick' ? tick(seen) : reconcile(seen, EVENTS[event], isLastTry)).catch(() => undefined);
  account.faults.splice(0);
}

/** The rules that a call to revoke is about, by their ids or by their ports. */
function idsIn({ input }: Command): readonly string[] {
  const { SecurityGroupRuleIds = [], IpPermissions = [] } = input;
  const isNamed = (rule: AwsSecurityGroupRule) =>
    IpPermissions.some(({ FromPort, ToPort }) => FromPort === rule.FromPort && ToPort === rule.ToPort);
  const named = [ssh, wide, rdp]
    .filter(isNamed)
    .flatMap(({ SecurityGroupRuleId }) => SecurityGroupRuleId ?? []);
  return [...SecurityGroupRuleIds, ...named];
}

/** The world with a note of every rule that goes by a call, but for those that the bot withdraws itself. */
function watched(
  test: TestWorld,
  taken: { id: string; isStopped: boolean }[],
  hand: { readonly isStopped: boolean },
): World {
  const ec2 = seeing(test.world.ec2, async (api, _, send) => {
    const before = left(test);
    const answer = await send();
    if (!api.startsWith('Revoke')) return answer;
    const gone = before.filter((id) => !left(test).includes(id) && !isAdded({ SecurityGroupRuleId: id }));
    for (const id of gone) taken.push({ id: id ?? '', isStopped: hand.isStopped });
    return answer;
  });
  return { ...test.world, ec2 };
}

async function entriesOf({ ledger }: World): Promise<readonly Entry[]> {
  const ids = ['event-1', 'event-2'].flatMap((id) => [
    id,
    ...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${id}.${n}`),
  ]);
  const entries: Entry[] = [];
  for (const id of ids) entries.push(...[(await load(ledger, id)) ?? []].flat());
  return entries;
}
