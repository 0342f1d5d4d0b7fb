// The inbound findings of a sweep, kept until the network around their groups is read: once, at the end, for all of them.
import { areaSets, areasOf, type OpenArea } from '../evidence/question.ts';
import type { Exposure } from '../exposure/exposure.ts';
import { groupExposures } from '../exposure/group-exposures.ts';
import type { Network, NetworkInterface } from '../exposure/network.ts';
import type { LetIn } from '../exposure/violating-packets.ts';
import { isOpenAfter, type Line } from '../report/digest/standing.ts';
import type { ReachedFinding, SweepExposure } from '../report/digest/sweep-exposure.ts';
import { bySeverityFirst } from '../report/digest/sweep-totals.ts';

/** One of them, with what it lets in. Plain JSON. */
interface InboundFinding
  extends Omit<ReachedFinding, 'exposure'>,
    Pick<Line, 'isNew'>,
    Pick<LetIn, 'isWhole'> {
  readonly areas: readonly OpenArea[];
}

/** Plain JSON of bounded size. */
export interface InboundFindings {
  readonly count: number;
  /** The most severe. */
  readonly kept: readonly InboundFinding[];
}

/** With these limits they take at most a tenth of the sweep's item, whatever groups are called and rules let in. */
const MOST_KEPT = 400;
const MOST_BLOCKS = 1000;
const LONGEST_NAME = 60;

/** The findings with more of them; `letIn` has what the inbound ones let in, by rule id. */
export function withInbound(
  before: InboundFindings | undefined,
  lines: readonly Line[],
  letIn: ReadonlyMap<string, LetIn>,
): InboundFindings | undefined {
  const added = lines.flatMap((line) => {
    const of = letIn.get(line.ruleId);
    return of === undefined || line.status === 'undecided' ? [] : [toInbound(line, of)];
  });
  if (added.length === 0) return before;
  const { count = 0, kept = [] } = before ?? {};
  return { count: count + added.length, kept: fitting([...kept, ...added].toSorted(bySeverityFirst)) };
}

function toInbound(line: Line, { packets, isWhole }: LetIn): InboundFinding {
  const { groupId, groupName, ownerId, ruleId, rule, severity, status, isNew } = line;
  return {
    ...{ groupId, groupName: groupName.slice(0, LONGEST_NAME), ownerId, ruleId, rule, severity, status },
    ...(isNew === undefined ? {} : { isNew }),
    ...{ areas: areasOf(packets), isWhole },
  };
}

/** The first of them, as far as there is room. Most let in the same, which packed takes no more room than once. */
function fitting(sorted: readonly InboundFinding[]): readonly InboundFinding[] {
  const known = new Set<string>();
  let blocks = 0;
  const isFitting = ({ areas }: InboundFinding): boolean => {
    const key = JSON.stringify(areas);
    const more = known.has(key) ? 0 : areas.reduce((sum, { sources }) => sum + sources.length, 0);
    if (blocks + more > MOST_BLOCKS) return false;
    known.add(key);
    blocks += more;
    return true;
  };
  return sorted.filter(isFitting).slice(0, MOST_KEPT);
}

/** So many are shown of those that are reached. */
const MOST_SHOWN = 3;

/** What was read around groups. */
export interface Around {
  readonly interfaces: readonly NetworkInterface[];
  readonly network: Network;
}

/** What the digest says of exposure, and the answer for each finding by its rule's id. */
export function exposureOf({ count, kept }: InboundFindings, { interfaces, network }: Around, at: Date) {
  const asked = kept.map(({ groupId, areas, isWhole }) => ({
    groupId,
    letIn: { packets: areaSets(areas), isWhole },
  }));
  const answers = groupExposures(asked, interfaces, network);
  const found = kept.flatMap(({ areas: _, isWhole: _isWhole, isNew: _isNew, ...line }, index) => {
    const exposure = answers[index];
    return exposure === undefined ? [] : [{ ...line, exposure }];
  });
  const byKind = Map.groupBy(found, ({ exposure }) => exposure.exposure.kind);
  const reached = byKind.get('reachable') ?? [];
  const exposure: SweepExposure = {
    kind: 'read',
    at: at.toISOString(),
    counts: Object.fromEntries([...byKind].map(([kind, of]) => [kind, of.length])),
    closed: reached.filter(({ status }) => !isOpenAfter(status)).length,
    omitted: count - kept.length,
    reached: reached.slice(0, MOST_SHOWN),
  };
  const kinds: ReadonlyMap<string, Exposure['kind']> = new Map(
    found.map(({ ruleId, exposure: of }) => [ruleId, of.exposure.kind]),
  );
  return { exposure, kinds };
}
