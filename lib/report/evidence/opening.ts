// What a record says was open: for a question about rules that were revoked before anybody looked around their group.
import { areasOf, type Opening } from '../../evidence/question.ts';
import type { Admitted } from '../../exposure/packets.ts';
import { intersectionOf, isEmpty } from '../../network/cidr.ts';
import { PUBLIC } from '../../network/internet.ts';
import { isGone } from '../../plan/plan.ts';
import { addressesOf, parseRule, type SecurityGroupRule } from '../../rule.ts';
import type { AuditRecord } from '../record.ts';

/** Calls that make rules, or make them wider. */
const OPENERS = ['AuthorizeSecurityGroupIngress', 'ModifySecurityGroupRules'];

/** Undefined where nothing inbound is gone, or nothing that names addresses. */
export function openingOf({ findings, event, time }: AuditRecord): Opening | undefined {
  const closed = findings
    .filter(isGone)
    .map(({ rule }) => parseRule(rule))
    .filter(({ direction }) => direction === 'ingress');
  const areas = areasOf(closed.map(admittedBy));
  if (areas.length === 0) return undefined;
  const isOpener = event.time !== undefined && OPENERS.includes(event.name);
  return { ...(isOpener && { openedAt: event.time }), closedAt: time, areas };
}

/** Whether an inbound rule of a record is gone. */
export function hasClosedInbound({ findings }: Pick<AuditRecord, 'findings'>): boolean {
  return findings.some((finding) => isGone(finding) && finding.direction === 'ingress');
}

/** Of a rule that lets in the internet, its private addresses are left out: they are not what it was closed for. */
function admittedBy({ peer, traffic }: SecurityGroupRule): Admitted {
  const sources = addressesOf(peer);
  const ofInternet = intersectionOf(sources, PUBLIC);
  return { sources: isEmpty(ofInternet) ? sources : ofInternet, traffic: [traffic] };
}
