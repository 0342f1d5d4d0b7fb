// What the rows of a page have in common, whatever they are rows of.
import { shareAdmitted, trafficInWords } from '../../lib/report/phrases.ts';
import type { SecurityGroupRule } from '../../lib/rule.ts';
import type { Reach } from './page-row.ts';

/** Ranges of ports are as many as there are rules: they are one line. */
export function serviceOf({ traffic, direction }: SecurityGroupRule): string {
  const service = trafficInWords(traffic).replace(/ ports \d+-\d+$/, ' port ranges');
  return direction === 'egress' ? `${service} outbound` : service;
}

/** What would turn text around, or hide it. All else is text to a browser. */
export function withoutControls(text: string): string {
  return text.replace(/[\p{C}]+/gu, ' ').trim();
}

/** Nearly all of the internet is as good as the whole; less than a hundredth of it is some addresses. */
const [WHOLE, PART] = [0.99, 0.01];

/** Whom a rule lets in of which so much of the public internet violates; of a policy that counts no addresses, all of the rule does. */
export function reachOfShare(violating: number, rule: SecurityGroupRule): Reach {
  const share = violating === 0 ? shareAdmitted(rule) : violating;
  if (share >= WHOLE) return 'Whole internet';
  if (share >= PART) return 'Part of the internet';
  return rule.peer.kind === 'cidr' ? 'Some addresses' : 'Groups and lists';
}
