// Facts to a message, with a version for each kind of reader.
import { highestSeverity } from '../policy/severity.ts';
import { makeChat } from './chat/chat.ts';
import type { ChatNotification } from './chat/notification.ts';
import type { Facts } from './facts.ts';
import { makeHeadline } from './headline.ts';
import { makeMail } from './mail/mail.ts';
import { type AuditRecord, makeRecord, outcomesIn, policiesOf } from './record.ts';
import { asSubject } from './sanitize.ts';

export interface Message {
  /** Printable ASCII, at most 99 characters. */
  readonly subject: string;
  readonly email: string;
  readonly chat: ChatNotification;
  readonly record: AuditRecord;
  /** What subscriptions filter by. */
  readonly attributes: Attributes;
}

export interface Attributes {
  /** The most severe policy's; of the breaker's own message, `critical`. */
  readonly severity: string;
  readonly account: string;
  readonly region: string;
  readonly policy: readonly string[];
  /** Also `held`, `notify` and `undecided`, where nothing was to be revoked, and `added`. */
  readonly outcome: readonly string[];
  /** The value of the group's routing tag; missing where no such tag is set up, or the group lacks it. */
  readonly routing?: string;
}

/** The message about a plan that is not quiet. */
export function makeMessage(facts: Facts): Message {
  const record = makeRecord(facts);
  return {
    subject: asSubject(makeHeadline(facts)),
    email: makeMail(facts),
    chat: makeChat(facts),
    record,
    attributes: attributesOf(record, facts),
  };
}

function attributesOf(record: AuditRecord, { checks, group, audience }: Facts): Attributes {
  const { findings, accountId, region } = record;
  const policies = findings.flatMap(policiesOf);
  const isLoud = checks.holds.some((hold) => hold.isLoud);
  return {
    severity: isLoud ? 'critical' : (highestSeverity(policies) ?? 'low'),
    account: accountId,
    region,
    policy: [...new Set(policies.map(({ id }) => id))],
    outcome: [...new Set([...outcomesIn(record), ...(isLoud ? ['held'] : [])])],
    ...routingOf(group, audience),
  };
}

/** SNS takes no empty value. */
function routingOf({ tags }: Facts['group'], { routingTag }: Facts['audience']): Pick<Attributes, 'routing'> {
  const routing =
    routingTag === undefined || !Object.hasOwn(tags, routingTag) ? '' : (tags[routingTag] ?? '');
  return routing === '' ? {} : { routing };
}
