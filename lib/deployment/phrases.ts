// What a deployment changes, as sentences for the person who deploys.
import type { Difference } from './difference.ts';
import type { PolicyEffect } from './effect.ts';

/** One difference as a line of text. */
export function differenceInWords(one: Difference): string {
  return SENTENCES[one.kind](one);
}

/** What a policy does, in words; the weakest first. */
export const EFFECT_NAMES: Readonly<Record<PolicyEffect, string>> = {
  off: 'off',
  report: 'report only',
  'trim or report': 'trim, or else report',
  'trim or revoke': 'trim, or else revoke',
  revoke: 'revoke',
};

type Sentence = (one: Difference) => string;

const SENTENCES: Readonly<Record<Difference['kind'], Sentence>> = {
  mode: (one) => `mode: ${arrow(one)}. ${modeMeaning(one)}`,
  sweep: (one) =>
    `sweep: ${arrow(one)}. It ${one.to === 'enforce' ? 'revokes what it finds, old rules included' : 'only reports what it finds'}.`,
  trim: (one) => `trim: ${trims(one.from)} -> ${trims(one.to)}.${trimMeaning(one)}`,
  breaker: (one) =>
    `breaker: ${arrow(one)}.${one.risk === undefined ? '' : ' It lets more through before it trips.'}`,
  protected: ({ subject }) => `protect: ${subject} is added. Rules of these groups are only reported.`,
  unprotected: ({ subject }) => `protect: ${subject} is removed. Rules of these groups can be revoked.`,
  setting: ({ subject, from, to, risk }) =>
    `${subject}: ${from || 'none'} -> ${to || 'none'}.${risk === undefined ? '' : ' The log of the days before is deleted.'}`,
  'by-hand': ({ subject, from, to, detail }) =>
    `${subject}: somebody set it to \`${to}\` after \`${from}\` was deployed. This deployment sets it to \`${detail}\`.`,
  engine: (one) => `engine: version ${arrow(one)}. Every policy may find other rules than before.`,
  'policies-unknown': ({ to }) =>
    `policies: what is deployed does not say which policies it has. From now on there are ${to}.`,
  'policy-added': ({ subject, to }) => `policy ${subject} is new: ${effect(to)}.`,
  'policy-removed': ({ subject, from }) => `policy ${subject} is removed. Until now: ${effect(from)}.`,
  'policy-effect': (one) => `policy ${one.subject}: ${effects(one)}.`,
  'policy-would': (one) => `policy ${one.subject}, once it is enforced: ${effects(one)}.`,
  'policy-forbids': ({ subject, risk }) =>
    `policy ${subject}: what it forbids has changed.${risk === undefined ? '' : ' It may revoke other rules than before.'}`,
  'policy-grace': ({ subject, from, to }) => `policy ${subject}: grace ${from || 'none'} -> ${to || 'none'}.`,
  'policy-severity': (one) => `policy ${one.subject}: severity ${arrow(one)}.`,
  'policy-text': ({ subject }) => `policy ${subject}: its title, description or references have changed.`,
  'exception-added': ({ subject, from, to }) =>
    from === ''
      ? `policy ${subject}: an exception is new, until ${to}.`
      : `policy ${subject}: an exception lasts until ${to}; it was ${from}.`,
  'exception-removed': ({ subject, from, to }) =>
    to === ''
      ? `policy ${subject}: the exception until ${from} is removed. What it excuses violates from now on.`
      : `policy ${subject}: an exception ends on ${to}; it was ${from}.`,
  'subscriber-added': ({ subject }) => `${subject} is subscribed.`,
  'subscriber-removed': ({ subject }) => `${subject} is unsubscribed.`,
  'subscriber-moved': ({ subject }) =>
    `${subject} moves to another key of the settings, and would be unsubscribed by that. ${AGAIN}`,
  'subscriber-missing': ({ subject }) =>
    `${subject} is not subscribed: it was removed by hand, or never confirmed. No deployment changes that. ${AGAIN}`,
  'subscriber-filter': ({ subject, from, to }) =>
    `${subject} gets ${to || 'everything'}; it got ${from || 'everything'}.`,
};

const AGAIN = 'Remove it from the settings, deploy, add it, and deploy again.';

function arrow({ from, to }: Difference): string {
  return `${from} -> ${to}`;
}

function effect(text: string): string {
  return EFFECT_NAMES[text as PolicyEffect];
}

function effects({ from, to }: Difference): string {
  return `${effect(from)} -> ${effect(to)}`;
}

function modeMeaning({ to, subject }: Difference): string {
  if (to !== 'enforce') return 'Nothing is revoked from now on.';
  return subject === '' ? 'No policy acts.' : `These policies act from now on: ${subject}.`;
}

function trims(limit: string): string {
  return limit === '0' ? 'off' : `up to ${limit} rules`;
}

function trimMeaning({ subject, risk }: Difference): string {
  if (risk === undefined) return '';
  if (risk === 'acts') return ` These policies revoke whole rules instead: ${subject}.`;
  const added = ' The function may add rules to security groups.';
  return subject === '' ? added : `${added} These policies trim from now on: ${subject}.`;
}
