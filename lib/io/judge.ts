// A group as it is, and what the policies say about it; also as plain JSON, so that a later try can say the same.
import type { Changed } from '../change/change.ts';
import { homeAccount } from '../config.ts';
import { type Context, evaluate, type Verdict } from '../evaluate/evaluate.ts';
import { parseSet, printSet } from '../network/cidr.ts';
import { type Finding, hold, makePlan, type Plan } from '../plan/plan.ts';
import { protectionOf } from '../plan/protected.ts';
import { compilePolicy } from '../policy/policy.ts';
import type { PolicyDocument } from '../policy/schema.ts';
import type { Restraint } from '../report/breaker-phrases.ts';
import { parseRule } from '../rule.ts';
import { policiesFor } from './affected-groups.ts';
import type { Snapshot } from './aws/ec2.ts';
import { type PrefixListCache, prefixListsOf, readPrefixLists } from './aws/prefix-lists.ts';
import type { StoredSnapshot } from './ledger/entries.ts';
import type { World } from './world.ts';

/** A group at one moment, with all that judging it takes. */
export interface Scene extends Snapshot {
  /** The ids of the rules that may be acted on. */
  readonly changed: ReadonlySet<string>;
  readonly prefixLists: Context['prefixLists'];
  /** How many tags of a rule the ledger had no room for, by its id. */
  readonly omittedTags?: Readonly<Record<string, number>> | undefined;
  readonly now: Date;
}

export interface Judged {
  readonly scene: Scene;
  readonly verdicts: readonly Verdict[];
  readonly plan: Plan;
  readonly restraint: Restraint;
}

/** Reads what judging needs beside the group itself. */
export async function makeScene(
  world: World,
  { group, rules }: Snapshot,
  changed: ReadonlySet<string>,
  lists: PrefixListCache,
): Promise<Scene> {
  const prefixLists = await readPrefixLists(world.ec2, prefixListsOf(rules, world.policies), lists);
  return { group, rules, changed, prefixLists, now: world.now() };
}

/** Verdicts and plan for a scene that a change has led to. */
export function judge({ config, policies }: World, scene: Scene, change: Changed): Judged {
  const place = { accountId: homeAccount(config), region: config.region, group: scene.group };
  const principals = [change.actor.arn, change.actor.roleArn].filter((arn) => arn !== undefined);
  const concerned = policiesFor(policies, change, place, scene.now);
  const verdicts = evaluate(scene.rules, scene.changed, concerned, { ...scene, ...place, principals });
  const plan = makePlan(verdicts, config.trimLimit);
  const protection = protectionOf(scene.group, config.protected);
  const allowed = protection === undefined ? plan : hold(plan, { because: 'protected', protection });
  return { scene, verdicts, plan: allowed, restraint: { fights: [] } };
}

/** The scene and what it was judged by, as plain JSON. */
export function storeScene(
  { config }: World,
  { scene: { group, rules, changed, prefixLists, now }, plan }: Judged,
): StoredSnapshot {
  const lists = [...prefixLists].map(([id, entries]) => [id, printSet(entries)]);
  return {
    group,
    // Only what may be acted on can have to be put back: the tags of all others could fill the item.
    rules: rules.map(({ id, aws: { Tags, ...aws } }) => (Tags && changed.has(id) ? { ...aws, Tags } : aws)),
    changed: [...changed],
    prefixLists: Object.fromEntries(lists),
    judgedAt: now.toISOString(),
    policies: policiesIn(plan),
    protected: config.protected,
    trimLimit: config.trimLimit,
  };
}

/** Every policy that asks for something to be done or told; the same one of two tries once. */
function policiesIn({ revoke, trim, held, notify, undecided }: Plan): readonly PolicyDocument[] {
  const findings: readonly Finding<Verdict>[] = [...revoke, ...trim, ...held, ...notify, ...undecided];
  const documents = findings.flatMap(({ verdicts }) => verdicts.map(({ policy }) => policy.document));
  return [...new Map(documents.map((document) => [JSON.stringify(document), document])).values()];
}

/** Judges what was stored as it was judged then. */
export function judgeStored(world: World, stored: StoredSnapshot, change: Changed): Judged {
  const { protected: listed, trimLimit } = stored;
  const policies = stored.policies.map(compilePolicy);
  const then = { ...world, policies, config: { ...world.config, protected: listed, trimLimit } };
  return judge(then, restoreScene(stored), change);
}

function restoreScene(stored: StoredSnapshot): Scene {
  const { group, rules, changed, prefixLists, judgedAt, omittedTags = {} } = stored;
  const lists = Object.entries(prefixLists).map(([id, cidrs]) => [id, parseSet(cidrs)] as const);
  return {
    group,
    rules: rules.map(parseRule),
    changed: new Set(changed),
    prefixLists: new Map(lists),
    now: new Date(judgedAt),
    omittedTags,
  };
}
