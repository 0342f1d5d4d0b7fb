// Who came in while a rule was open, as people say it. Never that somebody logged in, and with gaps never that nobody came.
import type { Audience } from '../../audience.ts';
import { pointInWords } from '../../evaluate/witness.ts';
import type { Evidence, Grade, Visitor } from '../../evidence/evidence.ts';
import type { Question } from '../../evidence/question.ts';
import { LOOK_BACK } from '../../evidence/window.ts';
import { counted } from '../phrases.ts';
import { sanitize, shorten } from '../sanitize.ts';
import { dayAndMinute, durationInWords } from '../times.ts';

/** One sentence: what was seen. */
export function evidenceInWords({ grade, counts, gaps }: Evidence): string {
  const { accepted, answered, flowing } = counts;
  const came = `packets from ${addresses(accepted + answered + flowing)} got through`;
  switch (grade) {
    case 'none':
      return gaps.length === 0
        ? 'Flow logs show no packets that got through while the rule was open.'
        : 'Flow logs show no packets that got through while the rule was open, but they are not complete.';
    case 'accepted':
      return `While the rule was open, ${came}. Flow logs show no answer to them.`;
    case 'answered':
      return `While the rule was open, ${came}, and ${addresses(answered)} got an answer.`;
    case 'flowing':
      return `While the rule was open, ${came}. ${addresses(flowing)} still ${flowing === 1 ? 'has' : 'have'} an open connection.`;
  }
}

function addresses(count: number, more = ''): string {
  return `${count}${more} ${count === 1 ? 'address' : 'addresses'}`;
}

/** A line for each of the first few addresses. */
export function visitorsInWords({ top, counts }: Evidence, { interfaces }: Question): readonly string[] {
  const lines = top.map((visitor) => {
    const { instanceId, name } = interfaces.find(({ id }) => id === visitor.interfaceId) ?? {};
    const named = name === undefined ? '' : ` (${sanitize(name, 60)})`;
    const where = `${sanitize(instanceId ?? visitor.interfaceId)}${named}`;
    return [
      sanitize(visitor.address),
      pointInWords(visitor.traffic),
      `on ${where}`,
      GRADES[visitor.grade],
      amount(visitor),
    ];
  });
  const columns = [0, 1, 2, 3].map((at) => Math.max(0, ...lines.map((line) => line[at]?.length ?? 0)));
  const more = counts.accepted + counts.answered + counts.flowing - top.length;
  return [
    ...lines.map((line) =>
      line
        .map((text, at) => text.padEnd(columns[at] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    ...(more > 0 ? [`and ${addresses(more, ' more')}`] : []),
  ];
}

const GRADES: Readonly<Record<Visitor['grade'], string>> = {
  accepted: 'no answer seen',
  answered: 'answered',
  flowing: 'still connected',
};

function amount({ packets, bytes }: Visitor): string {
  return packets === 0 ? '' : `${counted(packets, 'packet')}, ${counted(bytes, 'byte')} in`;
}

/** What else may have happened. */
export function doubtsInWords({ throughOthers, undirected, gaps }: Evidence): readonly string[] {
  return [
    ...(throughOthers === 0
      ? []
      : [
          `Packets from ${addresses(throughOthers, ' more')} got through too, but other rules also allow them.`,
        ]),
    ...(undirected === 0
      ? []
      : [
          `Packets from ${addresses(undirected, ' more')} got through too, but may be answers to outbound traffic.`,
        ]),
    ...shorten(gaps.map((gap) => `There may be more: ${sanitize(gap, 300)}.`)),
  ];
}

/** Which times were looked at: `from 2026-01-24 03:46 UTC to 2026-01-24 03:48 UTC`. */
export function windowInWords({ openings }: Question, audience: Audience = {}): string {
  const closed = openings.map(({ closedAt }) => closedAt).toSorted();
  const opened = openings.flatMap(({ openedAt }) => openedAt ?? []).toSorted();
  const until = dayAndMinute(closed.at(-1) ?? '', audience);
  const from =
    opened.length === openings.length && opened[0] !== undefined
      ? `from ${dayAndMinute(opened[0], audience)}`
      : `from ${durationInWords(LOOK_BACK)} before the rule was revoked`;
  return `${from} to ${until}`;
}

/** What to do about it. */
export function adviceFor(grade: Grade): readonly string[] {
  if (grade === 'flowing')
    return [
      'Cut the open connections: revoking a rule does not end connections that are tracked.',
      'End the sessions on the instance, or deny the addresses in the network ACL of the subnet, which is stateless.',
      'Then find out what these addresses did there.',
    ];
  if (grade === 'answered') return ['Look at the logs of what answered: did anybody log in, and from where?'];
  return grade === 'accepted' ? ['Check whether anything listens there.'] : [];
}
