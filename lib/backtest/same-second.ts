// What is not certain because CloudTrail counts whole seconds: changes of one group in the same second may have come in any order.
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import type { Moment } from './moment.ts';
import { idsOf, precedes } from './order.ts';
import type { Act, TrailEvent } from './trail-event.ts';

/** Of each event, those that may have happened before it or after it. */
type Unordered = ReadonlyMap<TrailEvent, readonly TrailEvent[]>;

const SAME_SECOND =
  'the group has other changes in the same second, and CloudTrail does not say which came first';

/** Takes out of each moment of a group what depends on an order that nobody knows; the moments come in order. */
export function makeLoosener(events: readonly TrailEvent[]): (moment: Moment) => Moment {
  const unordered = unorderedIn(events);
  const doubtful = new Set<string>();
  return (moment) => {
    const others = unordered.get(moment.event) ?? [];
    if (others.length === 0 && doubtful.size === 0) return moment;
    follow(doubtful, moment.event.act, others);
    return loosened(moment, others, doubtful);
  };
}

/** Of the events of one group. Those without such others are left out. */
function unorderedIn(events: readonly TrailEvent[]): Unordered {
  const effective = events.filter(({ act }) => act.kind !== 'words');
  const together = [...Map.groupBy(effective, ({ at }) => at).values()].filter(({ length }) => length > 1);
  const found = together.flatMap((of) =>
    of.map((event) => {
      const isOpen = (other: TrailEvent) => !precedes(event, other) && !precedes(other, event);
      return [event, of.filter((other) => other !== event && isOpen(other))] as const;
    }),
  );
  return new Map(found.filter(([, others]) => others.length > 0));
}

/** What several of them change is doubtful from then on, until a later event changes it. */
function follow(doubtful: Set<string>, act: Act, others: readonly TrailEvent[]): void {
  const theirs = others.map((other) => namesIn(other.act));
  for (const name of namesIn(act)) {
    if (theirs.some((names) => names.has(name))) doubtful.add(name);
    else doubtful.delete(name);
  }
}

function loosened(moment: Moment, others: readonly TrailEvent[], doubtful: ReadonlySet<string>): Moment {
  const theirs = others.map(({ act }) => namesIn(act));
  const { kind } = moment.event.act;
  const own = new Set(kind === 'tag' || kind === 'list' ? [] : moment.changed.map(contentOf));
  const isSure = (rule: SecurityGroupRule) => {
    const content = contentOf(rule);
    if (own.has(content)) return true;
    return ![rule.id, content].some((name) => doubtful.has(name) || theirs.some((names) => names.has(name)));
  };
  const keys = [...doubtful, ...theirs.flatMap((names) => [...names])].flatMap((name) =>
    name.startsWith(TAG) ? [name.slice(TAG.length)] : [],
  );
  const isExact = moment.certainty.label === 'exact';
  return {
    ...moment,
    rules: moment.rules.filter(isSure),
    changed: moment.changed.filter(isSure),
    certainty: isExact ? { label: 'at least', because: SAME_SECOND } : moment.certainty,
    unknownTags: new Set([...moment.unknownTags, ...keys]),
  };
}

const TAG = 'tag ';

/** The ids and the contents of the rules that an event makes, changes or removes, and the keys of tags. */
function namesIn(act: Act): ReadonlySet<string> {
  const tags = act.kind === 'tag' ? act.tags.map(({ key }) => `${TAG}${key}`) : [];
  return new Set([...idsOf(act), ...('rules' in act ? act.rules.map(contentOf) : []), ...tags]);
}
