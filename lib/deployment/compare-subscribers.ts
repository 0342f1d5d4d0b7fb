// Who hears more, less, or nothing at all after a deployment.
import { type Difference, difference } from './difference.ts';
import type { TemplateSubscription } from './template.ts';

/** A subscription that SNS has. */
export type Subscriber = Pick<TemplateSubscription, 'protocol' | 'endpoint'>;

/** The subscribers of two templates. */
export function compareSubscribers(
  before: readonly TemplateSubscription[],
  after: readonly TemplateSubscription[],
): readonly Difference[] {
  const removed = before
    .filter((one) => !after.some((other) => isSame(one, other)))
    .map((one) => difference('subscriber-removed', { subject: nameOf(one), risk: 'silences' }));
  return [...removed, ...after.flatMap((one) => compareSubscriber(before, one))];
}

/** The subscribers of the deployed template that SNS does not have. A deployment does not subscribe them again. */
export function missingSubscribers(
  deployed: readonly TemplateSubscription[],
  known: readonly Subscriber[],
): readonly Difference[] {
  return deployed
    .filter((one) => !known.some((other) => isSame(one, other)))
    .map((one) => difference('subscriber-missing', { subject: nameOf(one) }));
}

function compareSubscriber(
  before: readonly TemplateSubscription[],
  one: TemplateSubscription,
): readonly Difference[] {
  const subject = nameOf(one);
  const old = before.find((other) => isSame(one, other));
  if (old === undefined) return [difference('subscriber-added', { subject })];
  // SNS has one subscription for both, and CloudFormation deletes that of the old resource at the end.
  if (old.resource !== one.resource) return [difference('subscriber-moved', { subject, risk: 'silences' })];
  const [from, to] = [old.filter, one.filter].map(inWords);
  if (from === to) return [];
  const risk = isNarrower(one.filter, old.filter) ? ('silences' as const) : undefined;
  return [difference('subscriber-filter', { subject, from: from ?? '', to: to ?? '', risk })];
}

type Filter = TemplateSubscription['filter'];

/** True if the new filter holds back a message that the old one lets through. */
function isNarrower(filter: Filter, old: Filter): boolean {
  return Object.entries(filter).some(([name, values]) => {
    const all = old[name];
    return all === undefined || all.some((value) => !values.includes(value));
  });
}

function inWords(filter: Filter): string {
  const parts = Object.entries(filter).map(([name, values]) => `${name} ${values.toSorted().join(', ')}`);
  return parts.toSorted().join('; ');
}

function isSame(one: Subscriber, other: Subscriber): boolean {
  return nameOf(one) === nameOf(other);
}

function nameOf({ protocol, endpoint }: Subscriber): string {
  return `${endpoint} (${protocol})`;
}
