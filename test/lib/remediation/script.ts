// Tries of the machine on one group whose EC2 answers as a test says, and otherwise as EC2 does.

import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { parseChange } from '../../../lib/change/change.ts';
import { homeTarget } from '../../../lib/config.ts';
import type { Asked, BreakerRequest } from '../../../lib/plan/breaker.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { outcomesOf } from '../../../lib/remediation/attribute.ts';
import type { Command, Observation } from '../../../lib/remediation/command.ts';
import type { Answer, Batch } from '../../../lib/remediation/mutation.ts';
import { next } from '../../../lib/remediation/next.ts';
import { begin, observe } from '../../../lib/remediation/observe.ts';
import { progressOf } from '../../../lib/remediation/progress.ts';
import type { Attempt, Stored, Task } from '../../../lib/remediation/state.ts';
import { contentOf, parseRule } from '../../../lib/rule.ts';
import { makeEvent, makeWorld } from '../io/world.ts';

/** An answer instead of EC2's own; `lost`: EC2 does it and its answer is lost; `crash`: it does it and the process dies. */
type Reply = Exclude<Answer['kind'], 'accepted'> | 'done' | 'lost' | 'crash' | Answer;
type Mutation = 'revoke' | 'add' | 'withdraw';

export interface Script {
  readonly rules: Map<string, AwsSecurityGroupRule>;
  readonly task: Task;
  entry: Stored | undefined;
  now: number;
}

/** What EC2 answers to each call of a name, in order, and what somebody else does before it. */
export interface Directions {
  readonly replies?: Partial<Record<Mutation, readonly Reply[]>>;
  readonly before?: (call: string, rules: Script['rules']) => void;
  /** Rules that reads show although they are gone. */
  readonly isStale?: boolean;
  /** Whether reads fail once a call was sent. */
  readonly isBlind?: boolean;
  /** Milliseconds, by how many calls and waits there were. */
  readonly timeLeft?: (calls: number) => number;
  readonly mode?: 'dry-run';
  /** The rules that the breaker holds. */
  readonly held?: readonly string[];
  /** True if not given. */
  readonly isLastTry?: boolean;
}

export interface Played {
  /** The calls that change the group, and the waits between them. */
  readonly calls: readonly string[];
  readonly attempt: Attempt;
}

export function makeScript(rules: readonly AwsSecurityGroupRule[], policies: readonly Policy[]): Script {
  const { config } = makeWorld([]).world;
  const change = parseChange(makeEvent(rules));
  if (change.kind !== 'changed') throw new Error(change.kind);
  const more = { isLastTry: true, isSilent: false, isAdmitted: false };
  return {
    rules: new Map(rules.map((rule) => [rule.SecurityGroupRuleId ?? '', { GroupId: 'sg-0web', ...rule }])),
    task: { id: 'event-1', change, config, policies, target: homeTarget(config), ...more },
    entry: undefined,
    now: Date.parse('2026-06-01T12:05:00Z'),
  };
}

/** The breaker's answer: these rules wait, and all others go. */
function admit(
  { rules }: BreakerRequest,
  ids: readonly string[],
): Extract<Observation, { saw: 'counted' }>['admission'] {
  const keysOf = ({ policies: asking }: Asked) => asking.map(({ key }) => key);
  const going = new Set(rules.flatMap(keysOf));
  const held = rules.filter(({ ruleId }) => ids.includes(ruleId));
  const waiting = new Map(held.map((one) => [one.ruleId, new Set(keysOf(one))]));
  return { held: new Set(ids), waiting, holds: new Map(), going, latching: [], uncounted: [], members: [] };
}

/** One try, to its end or its crash. */
export function play(script: Script, directions: Directions = {}): Played {
  const calls: string[] = [];
  const time = () => ({
    now: new Date(script.now),
    timeLeft: directions.timeLeft?.(calls.length) ?? 100_000,
  });
  const { config } = script.task;
  const mode = directions.mode ?? config.mode;
  const task = { ...script.task, config: { ...config, mode }, isLastTry: directions.isLastTry ?? true };
  let attempt = begin(task, `try-${script.now}`, time().now, time().timeLeft);
  const stale = new Map(script.rules);
  for (let commands = next(attempt); commands.length > 0; commands = next(attempt)) {
    if (calls.length > 100) throw new Error('the try does not end');
    const seen = commands.map((command) => perform(script, directions, calls, command, stale));
    if (seen.includes(undefined)) break;
    attempt = seen.reduce<Attempt>(
      (before, one) => observe(before, { ...(one as Observation), ...time() }),
      attempt,
    );
  }
  script.now += 720_000;
  return { calls, attempt };
}

/** Each rule that was to go, with what came of it and of what was to stay. */
export function outcomes({ attempt }: Played): readonly string[] {
  return outcomesOf(attempt).map(({ rule, outcome, detail, remainder = [] }) => {
    const kept = remainder.map((one) =>
      [
        `${one.rule.FromPort}-${one.rule.ToPort} ${one.outcome}${one.isUnconfirmed ? '?' : ''}`,
        ...(one.detail === undefined ? [] : [`(${one.detail})`]),
      ].join(' '),
    );
    return [`${rule.id} ${outcome}`, ...(detail === undefined ? [] : [`(${detail})`]), ...kept].join(', ');
  });
}

function perform(
  script: Script,
  directions: Directions,
  calls: string[],
  command: Command,
  stale: Script['rules'],
): Observation | undefined {
  const group = { id: 'sg-0web', name: 'web', ownerId: '111122223333', vpcId: 'vpc-1', tags: {} };
  switch (command.do) {
    case 'load':
      return {
        saw: 'progress',
        progress: progressOf('event-1', script.entry === undefined ? [] : [script.entry]),
      };
    case 'read': {
      if (directions.isBlind === true && calls.length > 0) {
        return { saw: 'error', of: 'read', error: Object.assign(new Error('no'), { name: 'TimeoutError' }) };
      }
      const rules = directions.isStale === true ? stale : script.rules;
      return { saw: 'group', snapshot: { group, rules: [...rules.values()].map(parseRule) } };
    }
    case 'read-lists':
      return { saw: 'lists', lists: new Map() };
    case 'wait':
      calls.push(`wait ${command.milliseconds}`);
      script.now += command.milliseconds;
      return { saw: 'waited' };
    case 'write':
      script.entry = { ...command.entry, version: (script.entry?.version ?? 0) + 1 } as Stored;
      return { saw: 'written', entry: script.entry };
    case 'count':
      return { saw: 'counted', admission: admit(command.request, directions.held ?? []) };
    case 'count-recurrence':
      return { saw: 'recurrence', recurring: [] };
    case 'count-mail':
      return { saw: 'mail-counted', hasRoom: true };
    case 'read-surroundings':
      return { saw: 'error', of: command.do, error: new Error('no network here') };
    case 'confirm-announced':
      return { saw: 'confirmed' };
    case 'publish':
      return { saw: 'published', message: command.message };
    case 'find-leaning':
      return { saw: 'leaning', leaning: new Set() };
    case 'revoke':
    case 'withdraw':
    case 'add':
      return mutate(script, directions, calls, command);
    default:
      throw new Error(command.do);
  }
}

type MutationCommand = Extract<Command, { readonly do: Mutation }>;

function mutate(
  { rules }: Script,
  { replies, before }: Directions,
  calls: string[],
  command: MutationCommand,
): Observation | undefined {
  const call = inWords(command);
  before?.(call, rules);
  const nth = calls.filter((one) => one.startsWith(`${command.do} `)).length;
  calls.push(call);
  const reply = replies?.[command.do]?.[nth] ?? 'done';
  const isDone = reply === 'done' || reply === 'lost' || reply === 'crash';
  const done = isDone ? carryOut(rules, command) : undefined;
  if (reply === 'crash') return undefined;
  const answer = done !== undefined && reply === 'done' ? done : answerOf(reply);
  if (command.do === 'add') return { saw: 'added', rules: command.rules, answer };
  return { saw: command.do === 'revoke' ? 'revoked' : 'withdrawn', batch: command.batch, answer };
}

function answerOf(reply: Reply): Answer {
  if (typeof reply !== 'string') return reply;
  const kind = reply === 'lost' || reply === 'done' || reply === 'crash' ? 'unanswered' : reply;
  return { kind, detail: `${kind}: no` };
}

function carryOut(rules: Script['rules'], command: MutationCommand): Answer {
  if (command.do !== 'add') return remove(rules, command.batch);
  const live = new Set([...rules.values()].map((rule) => contentOf(parseRule(rule))));
  if (command.rules.some((rule) => live.has(contentOf(parseRule(rule))))) return answerOf('duplicate');
  const ids = command.rules.map((rule) => `sgr-new-${rule.FromPort}`);
  for (const [i, rule] of command.rules.entries()) {
    const id = ids[i] ?? '';
    rules.set(id, { ...rule, SecurityGroupRuleId: id, Tags: [...command.tags] });
  }
  return { kind: 'accepted', ruleIds: ids };
}

function remove(rules: Script['rules'], batch: Batch): Answer {
  const isThere = batch.rules.every((rule) => {
    const live = rules.get(rule.id);
    return live !== undefined && (batch.by === 'id' || contentOf(parseRule(live)) === contentOf(rule));
  });
  if (!isThere) return answerOf('not-found');
  for (const { id } of batch.rules) rules.delete(id);
  return { kind: 'accepted', ruleIds: batch.rules.map(({ id }) => id) };
}

/** `revoke sgr-1 sgr-2`, `revoke sgr-1 by id`, `add 20-21 23-25`, `add 20-21 untagged`. */
function inWords(command: MutationCommand): string {
  if (command.do === 'add') {
    const ports = command.rules.map(({ FromPort, ToPort }) => `${FromPort}-${ToPort}`);
    return ['add', ...ports, ...(command.tags.length === 0 ? ['untagged'] : [])].join(' ');
  }
  const ids = command.batch.rules.map(({ id }) => id);
  return [command.do, ...ids, ...(command.batch.by === 'id' ? ['by id'] : [])].join(' ');
}
