// Phrases for a sweep on hold: why it closed nothing, and what people can do.
import type { Labelled } from '../mail/rows.ts';
import { auditCommandLine, ownCommand } from '../own-commands.ts';
import { counted } from '../phrases.ts';
import type { DigestFacts, HeldBack } from './digest-facts.ts';

/** What it is and what to do; nothing when the sweep is not on hold. */
export function heldRows(facts: DigestFacts): readonly Labelled[] {
  const { hold } = facts;
  if (hold === undefined) return [];
  const why = `Nothing was revoked. ${sweepHoldInWords(hold)}`;
  const command = goOnCommand(facts, hold);
  if (hold.because === 'stopped') {
    return [
      { label: 'On hold', lines: [why] },
      { label: 'Start again', lines: [command] },
    ];
  }
  if (hold.because === 'room') return [{ label: 'On hold', lines: [why] }];
  const look =
    'A policy may be wrong, or these rules may have been open for a long time. Look at them before you decide:';
  return [
    { label: 'On hold', lines: [why, look, auditCommandLine(facts.target)] },
    { label: 'It is right', lines: [command, 'The next sweep then revokes them.'] },
    {
      label: 'It is wrong',
      lines: ['Fix the policy and deploy it, then release the sweep. The next sweep uses the fixed policy.'],
    },
  ];
}

/** `This sweep would revoke 37 rules in 12 groups. The limit is 10 groups, ...` */
export function sweepHoldInWords({ rules, groups, limit, because }: HeldBack): string {
  const would = `This sweep would revoke ${counted(rules, 'rule')} in ${counted(groups, 'group')}`;
  switch (because) {
    case 'limit':
      return `${would}, more than the limit of ${counted(limit, 'group')}.`;
    case 'latched':
      return `${would}. An earlier sweep exceeded the limit of ${counted(limit, 'group')}, and nobody has released sweeps since.`;
    case 'room':
      return `${would}. With what was revoked just before, that is more than the limit of ${counted(limit, 'group')}. The next sweep revokes them if there is room then.`;
    case 'stopped':
      return `${would}. Somebody has stopped all revoking.`;
  }
}

/** The command that lets the next sweep close what this one found. */
export function goOnCommand(facts: DigestFacts, { because }: HeldBack): string {
  return ownCommand(facts, because === 'stopped' ? 'breaker start' : 'breaker release sweep');
}
