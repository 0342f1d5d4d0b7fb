// What one event does to the rules of a group, and what of it does not fit to what is known.
import { contentOf, parseRule, type SecurityGroupRule } from '../rule.ts';
import type { KnownRules } from './initial-rules.ts';
import { isAnother, ruleName } from './rule-name.ts';
import type { TrailEvent } from './trail-event.ts';

/** How long a rule was there. */
export interface Life {
  readonly rule: SecurityGroupRule;
  readonly from: number;
  /** `open` if the group has it still, `unseen` if it has not, or is not known, and nobody saw the rule go. */
  readonly until: number | 'open' | 'unseen';
}

/** A group on its way through the events. */
export interface Run {
  readonly state: KnownRules;
  /** Why there may be rules of which nothing is known; undefined where there are none. */
  whole: string | undefined;
  readonly tags: { known: Record<string, string>; readonly unknown: Set<string> };
  readonly born: Map<string, { readonly rule: SecurityGroupRule; readonly from: number }>;
  readonly lives: Life[];
  readonly contradictions: string[];
  /** Later changes of descriptions and of tags of rules: what these were before is not known. */
  rewordings: number;
}

/** Answers the rules that the event made or changed. */
export function applyEvent(run: Run, { at, act }: TrailEvent): readonly SecurityGroupRule[] {
  switch (act.kind) {
    case 'create':
      run.tags.known = { ...act.tags };
      return create(run, at);
    case 'delete':
      for (const rule of [...run.state.rules.values()]) end(run, rule, at);
      run.state.unknown.clear();
      return [];
    case 'add':
      for (const rule of act.rules) add(run, rule, at);
      return act.rules;
    case 'modify':
      return act.rules.filter((rule) => modify(run, rule, at));
    case 'remove':
      removeAll(run, act, at);
      return [];
    case 'tag':
      return tag(run, act);
    case 'words':
      run.rewordings -= 1;
      return [];
    case 'unread':
      run.whole ??= act.because;
      return [];
    case 'list':
      return [...run.state.rules.values()].filter((rule) => isForList(rule, act.listId));
  }
}

function isForList({ peer }: SecurityGroupRule, listId: string): boolean {
  return peer.kind === 'prefix-list' && peer.prefixListId === listId;
}

function tag(
  run: Run,
  { tags, isRemoval }: Extract<TrailEvent['act'], { kind: 'tag' }>,
): readonly SecurityGroupRule[] {
  for (const { key, value } of tags) {
    run.tags.unknown.delete(key);
    const { [key]: _, ...others } = run.tags.known;
    run.tags.known = isRemoval ? others : { ...others, [key]: value ?? '' };
  }
  return [...run.state.rules.values()];
}

function removeAll(run: Run, act: Extract<TrailEvent['act'], { kind: 'remove' }>, at: number): void {
  for (const rule of act.rules) remove(run, rule, at, act.isAnswered);
  for (const id of act.ids) removeById(run, id, at);
}

/** What EC2 makes with a group, as far as the trail does not tell otherwise. */
function create(run: Run, at: number): readonly SecurityGroupRule[] {
  const made = run.state.created ?? [];
  const [first] = made;
  const outbound = defaultEgress(first?.groupId ?? '');
  for (const rule of made) {
    if (!isDefaultEgress(rule)) run.contradictions.push(`nothing in the trail makes ${ruleName(rule)}`);
  }
  const rules = made.some((rule) => contentOf(rule) === contentOf(outbound)) ? made : [...made, outbound];
  for (const rule of rules) add(run, rule, at);
  return rules.filter(isDefaultEgress);
}

function defaultEgress(GroupId: string): SecurityGroupRule {
  return parseRule({
    SecurityGroupRuleId: 'the outbound rule of a new group',
    GroupId,
    IsEgress: true,
    IpProtocol: '-1',
    CidrIpv4: '0.0.0.0/0',
  });
}

function isDefaultEgress({ aws }: SecurityGroupRule): boolean {
  return (
    aws.IsEgress === true &&
    aws.IpProtocol === '-1' &&
    (aws.CidrIpv4 === '0.0.0.0/0' || aws.CidrIpv6 === '::/0')
  );
}

function add(run: Run, rule: SecurityGroupRule, at: number): void {
  const content = contentOf(rule);
  if (run.state.rules.has(content))
    run.contradictions.push(`${ruleName(rule)} is made twice, and not revoked in between`);
  run.state.rules.set(content, rule);
  run.born.set(content, { rule, from: at });
}

/** True where the rule admits something else than before. */
function modify(run: Run, rule: SecurityGroupRule, at: number): boolean {
  const before = [...run.state.rules.values()].find(({ id }) => id === rule.id && id !== '');
  if (before === undefined && !run.state.unknown.delete(rule.id)) {
    run.contradictions.push(`rule ${rule.id} is modified, and nothing made it`);
  }
  if (before !== undefined && contentOf(before) === contentOf(rule)) return false;
  if (before !== undefined) end(run, before, at);
  add(run, rule, at);
  return true;
}

function remove(run: Run, rule: SecurityGroupRule, at: number, isAnswered: boolean): void {
  const known = run.state.rules.get(contentOf(rule));
  if (known !== undefined && isAnother(rule, known))
    run.contradictions.push(`${ruleName(rule)} is revoked, and the group has ${ruleName(known)} instead`);
  if (known !== undefined) end(run, known, at);
  else if (!run.state.unknown.delete(rule.id) && isAnswered && run.whole === undefined) {
    run.contradictions.push(`${ruleName(rule)} is revoked, and nothing made it`);
  }
}

function removeById(run: Run, id: string, at: number): void {
  const known = [...run.state.rules.values()].find((rule) => rule.id === id);
  if (known !== undefined) end(run, known, at);
  else if (!run.state.unknown.delete(id) && run.whole === undefined)
    run.contradictions.push(`rule ${id} is revoked, and nothing made it`);
}

function end(run: Run, rule: SecurityGroupRule, at: number): void {
  const content = contentOf(rule);
  const life = run.born.get(content);
  if (life !== undefined) run.lives.push({ ...life, until: at });
  run.born.delete(content);
  run.state.rules.delete(content);
}
