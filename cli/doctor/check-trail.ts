// Whether calls in this region reach EventBridge: the trail, and the proof.
import type { SeenTrail } from '../../lib/io/aws/trails.ts';
import { counted } from '../../lib/report/phrases.ts';
import { about, type Diagnosis, diagnosis } from './diagnosis.ts';
import type { DeploymentFacts } from './facts.ts';

const TRAIL = 'trail';
const DELIVERY = 'delivery';

/**
 * Whether a trail logs write management events here. Where its selectors may not be read, as those of an organization's trail in a member
 * account, events that have arrived are the proof.
 */
export function checkTrail({ trails, matched, stack }: DeploymentFacts): readonly Diagnosis[] {
  const hasArrived = 'value' in matched && matched.value.some(({ value }) => value > 0);
  if (hasArrived)
    return [diagnosis('ok', TRAIL, 'a trail logs management events here: EventBridge has matched some')];
  return about(trails, TRAIL, (all) => {
    const [first] = all;
    if (first === undefined) {
      const fix = `Create a trail that logs write management events in ${stack.region}: without one, EventBridge gets no events.`;
      return diagnosis('broken', TRAIL, `no trail records ${stack.region}`, fix);
    }
    const good = all.find((trail) => trail.isLogging === true && logsWrites(trail) === true);
    if (good !== undefined) return diagnosis('ok', TRAIL, `${good.name} logs write management events here`);
    const unsure = all.find((trail) => trail.isLogging !== false && logsWrites(trail) !== false);
    if (unsure !== undefined) {
      const why = unsure.isOfOrganization ? ', which belongs to the organization,' : '';
      return diagnosis(
        'unknown',
        TRAIL,
        `what ${unsure.name}${why} logs is not known here`,
        `Ask in the account of the trail: aws cloudtrail get-event-selectors --region ${unsure.homeRegion} --trail-name ${unsure.name}`,
      );
    }
    const stopped = all.find((trail) => trail.isLogging === false && logsWrites(trail) !== false);
    if (stopped !== undefined) {
      const fix = `aws cloudtrail start-logging --region ${stopped.homeRegion} --name ${stopped.name}`;
      return diagnosis('broken', TRAIL, `${stopped.name} does not log`, fix);
    }
    const fix = `Have ${first.name} log write management events of EC2: aws cloudtrail put-event-selectors --region ${first.homeRegion} --trail-name ${first.name} --event-selectors '[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":true}]'`;
    return diagnosis('broken', TRAIL, 'no trail logs write management events here', fix);
  });
}

/** Whether a trail logs the calls that change security groups; undefined where that cannot be told. */
export function logsWrites({ selectors }: Pick<SeenTrail, 'selectors'>): boolean | undefined {
  if (selectors === undefined) return undefined;
  const { EventSelectors = [], AdvancedEventSelectors = [] } = selectors;
  const basic = EventSelectors.map(
    ({ IncludeManagementEvents, ReadWriteType }) =>
      IncludeManagementEvents === true && ReadWriteType !== 'ReadOnly',
  );
  const all = [
    ...basic,
    ...AdvancedEventSelectors.map(({ FieldSelectors = [] }) => admitsWrites(FieldSelectors)),
  ];
  if (all.includes(true)) return true;
  return all.includes(undefined) ? undefined : false;
}

type FieldSelectors = NonNullable<
  NonNullable<NonNullable<SeenTrail['selectors']>['AdvancedEventSelectors']>[number]['FieldSelectors']
>;

/** All conditions of a selector must hold. Sources that are left out can only be KMS and the data API of RDS. */
function admitsWrites(fields: FieldSelectors): boolean | undefined {
  const isManagement = fields.some(
    ({ Field, Equals }) => Field === 'eventCategory' && Equals?.includes('Management'),
  );
  const isReadOnly = fields.some(
    ({ Field, Equals }) => Field === 'readOnly' && Equals !== undefined && !Equals.includes('false'),
  );
  if (!isManagement || isReadOnly) return false;
  const known = ({ Field, NotEquals }: FieldSelectors[number]) =>
    Field === 'eventCategory' || Field === 'readOnly' || (Field === 'eventSource' && NotEquals !== undefined);
  return fields.every(known) ? true : undefined;
}

/** CloudTrail needs some minutes until a call is in its history, and CloudWatch until it is counted. */
const SETTLED = 15 * 60_000;

/** The best proof: a call that CloudTrail knows and EventBridge does not. */
export function checkDelivery({ openings, matched, stack, now }: DeploymentFacts): readonly Diagnosis[] {
  return about(matched, DELIVERY, (hours) => {
    const last = hours.find(({ value }) => value > 0);
    if (last !== undefined)
      return diagnosis('ok', DELIVERY, `EventBridge last matched an event in the hour from ${last.at}`);
    return about(openings, DELIVERY, (all) => {
      const settled = all.filter(
        (at) => Date.parse(at) > stack.createdAt.getTime() && now.getTime() - Date.parse(at) > SETTLED,
      );
      if (settled.length > 0) {
        const said = `CloudTrail knows ${counted(settled.length, 'call')} that opened rules, the last at ${settled.toSorted().at(-1)}, and EventBridge matched none`;
        const fix = 'Look at the lines about the trail and the event rules; then run `portcullis audit`.';
        return diagnosis('broken', DELIVERY, said, fix);
      }
      const said = 'nothing was opened in the last week, so nothing shows whether events arrive';
      return { ...diagnosis('unknown', DELIVERY, said), isUnknowable: true };
    });
  });
}
