// Whether packets from the internet reach the interfaces of a group, as people say it. Never that it is not reachable: a load balancer,
// an accelerator or a peer may still let somebody in.
import type { GroupExposure } from '../exposure/exposure.ts';
import type { Barrier, Blocked } from '../exposure/gates.ts';
import type { Facts } from './facts.ts';
import { counted } from './phrases.ts';
import { isOpen, reportedRules } from './reported-rule.ts';
import { listInWords, sanitize } from './sanitize.ts';

/** A client that sends from a lower port does so on purpose. */
const FIRST_USUAL_PORT = 1024;

/** Whether packets from the internet reach, or could reach, what the rules opened; nothing where that was not looked up. */
export function exposureSentence(facts: Facts): readonly string[] {
  if (facts.exposure === undefined) return [];
  const isClosed = !reportedRules(facts).some(isOpen);
  return [exposureInWords(facts.exposure.group, isClosed)];
}

/** One or two sentences. */
export function exposureInWords(group: GroupExposure, isClosed = false): string {
  const { exposure } = group;
  switch (exposure.kind) {
    case 'reachable': {
      const { address, traffic, clientPort = FIRST_USUAL_PORT } = exposure.arrival;
      const isOdd = clientPort < FIRST_USUAL_PORT;
      const only = isOdd ? `, though only from client ports below ${FIRST_USUAL_PORT}` : '';
      const where = `${whoIn(group.of)} at ${sanitize(address)}, ${traffic}${only}`;
      const said = isClosed
        ? `While it was open, packets from the internet could reach ${where}; whether anything answered there is not known.`
        : `Packets from the internet reach ${where}; whether anything answers there is not known.`;
      return `${said}${others(group)}`;
    }
    case 'unknown':
      return `Whether packets from the internet reach ${whoIn(group.of)} is not known: ${sanitize(exposure.because)}.`;
    case 'blocked':
      return `No direct path from the internet${toAll(group)}: ${blockedInWords(exposure.blocked)}.${alone(exposure.onlyBarrier)}`;
    case 'unattached':
      return group.of === undefined
        ? 'Not attached to any interface that this account can see.'
        : `Attached only to interfaces that nothing uses, such as ${sanitize(group.of.id)}.`;
  }
}

/** Somebody who changes that for another reason opens this as well. */
function alone(barrier: Barrier | undefined): string {
  if (barrier === undefined) return '';
  return barrier === 'acl' ? ' Nothing else is in the way.' : ' It is one route away from the internet.';
}

/** `i-0abc (web-1)`, `eni-0abc (ELB app/web/50dc6c495c0c9188)`. */
function whoIn(of: GroupExposure['of']): string {
  if (of === undefined) return 'its interfaces';
  const name = of.name === undefined ? '' : ` (${sanitize(of.name, 60)})`;
  return `${sanitize(of.instanceId ?? of.id)}${name}`;
}

/** Whether other groups still let in what was closed; nothing where none does. */
export function elsewhereInWords({ exposure }: Facts): readonly string[] {
  const elsewhere = exposure?.elsewhere;
  if (elsewhere === undefined || elsewhere.kind === 'closed') return [];
  if (elsewhere.kind === 'unknown')
    return [`Whether the same is still open through ${groupsInWords(elsewhere.groupIds)} is not known.`];
  const { of, through, count } = elsewhere;
  const more = count < 2 ? '' : `, and so on ${counted(count - 1, 'other interface')}`;
  return [
    `Revoked here, still open on ${whoIn(of)} through ${groupsInWords(through)}${more}. A network ACL can deny it for the whole subnet.`,
  ];
}

function groupsInWords(ids: readonly string[]): string {
  const named = ids.slice(0, NAMED).map((id) => sanitize(id));
  return listInWords(ids.length > NAMED ? [...named, 'others'] : named);
}

/** More groups than these are not named. */
const NAMED = 3;

function others({ counts: { reachable = 0 } }: GroupExposure): string {
  return reachable < 2 ? '' : ` The same holds for ${counted(reachable - 1, 'other interface')}.`;
}

function toAll({ of, counts: { blocked = 0 } }: GroupExposure): string {
  return blocked < 2 ? '' : ` to any of its ${blocked} interfaces. To ${sanitize(of?.id ?? '')}`;
}

function blockedInWords({ code, id, ruleNumber, direction }: Blocked): string {
  const what = direction === 'egress' ? 'the answers' : 'it';
  switch (code) {
    case 'IGW_EXPECTS_PUBLIC_ADDRESS':
      return 'it allows no public address';
    case 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS':
      return `${sanitize(id)} has no address that takes packets from the internet`;
    case 'NO_PATH':
      return `${sanitize(id)} has no internet gateway`;
    case 'VPC_BLOCK_PUBLIC_ACCESS_ENABLED':
      return `VPC Block Public Access is on for ${sanitize(id)}`;
    case 'SUBNET_ACL_RESTRICTION':
      return ruleNumber === undefined
        ? `network ACL ${sanitize(id)} has no rule that allows ${what}`
        : `network ACL ${sanitize(id)} rule ${ruleNumber} denies ${what}`;
    case 'NO_ROUTE_TO_DESTINATION':
      return `route table ${sanitize(id)} sends the answers to no internet gateway`;
    case 'BAD_STATE_ROUTE':
      return `the route for the answers in ${sanitize(id)} leads nowhere (blackhole)`;
  }
}
