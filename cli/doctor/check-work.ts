// What the deployment has done lately, and what waits.
import { policyIdOf } from '../../lib/plan/breaker-state.ts';
import { counted } from '../../lib/report/phrases.ts';
import { about, type Diagnosis, diagnosis } from './diagnosis.ts';
import type { DeploymentFacts } from './facts.ts';

const HOUR = 3_600_000;
/** Hours without a complete sweep; the parameter's default, where the alarm on it cannot be read. */
const MOST_HOURS = 12;
const SWEEP = 'sweep';

/** When a sweep was last complete, against the age at which SweepAgeAlarm goes off. */
export function checkSweep({ sweep, alarms, stack, now }: DeploymentFacts): readonly Diagnosis[] {
  const known =
    'value' in alarms ? alarms.value.find(({ metric }) => metric === 'sweep-age-hours') : undefined;
  const most = known?.threshold ?? MOST_HOURS;
  const fix = `Read the log of ${stack.outputs.SweepFunction ?? 'the sweep'}, and run npx --no -- portcullis audit --region ${stack.region}`;
  return about(sweep, SWEEP, (found) => {
    const since = found?.completeAt ?? stack.createdAt.toISOString();
    const isOld = now.getTime() - Date.parse(since) > most * HOUR;
    const said =
      found?.completeAt === undefined
        ? `none was complete since ${since}`
        : `last complete at ${found.completeAt}`;
    return isOld
      ? diagnosis('broken', SWEEP, `${said}: more than ${most} hours`, fix)
      : diagnosis('ok', SWEEP, said);
  });
}

/** Groups of self-tests that were killed, and of one that runs right now; nothing where there is none. */
export function checkTestGroups({ testGroups, stack }: DeploymentFacts): readonly Diagnosis[] {
  return about(testGroups, 'self-tests', (ids) =>
    ids.map((id) => {
      const fix = `Unless a self-test is running: aws ec2 delete-security-group --region ${stack.region} --group-id ${id}`;
      return diagnosis('warning', 'self-tests', `${id} was left behind`, fix);
    }),
  );
}

const BREAKER = 'breaker';

/** Whether anything is stopped or on hold, and how much waits. */
export function checkBreaker({ breaker, due, stage, stack }: DeploymentFacts): readonly Diagnosis[] {
  const command = (what: string) =>
    `npx --no -- portcullis breaker ${what} --stage ${stage} --region ${stack.region}`;
  return [
    ...about(breaker, BREAKER, ({ stoppedAt, latches }) => {
      if (stoppedAt !== undefined) {
        const said = `all revoking is stopped since ${new Date(stoppedAt).toISOString()}`;
        return diagnosis('warning', BREAKER, said, command('start'));
      }
      if (latches.size === 0) return diagnosis('ok', BREAKER, 'nothing is on hold');
      const names = [...latches.keys()].map(policyIdOf).join(', ');
      return diagnosis('warning', BREAKER, `on hold until somebody decides: ${names}`, command('status'));
    }),
    ...about(due, 'waiting', (all) => {
      const said = all.length === 0 ? 'nothing' : counted(all.length, 'change');
      return diagnosis('ok', 'waiting', said);
    }),
  ];
}
