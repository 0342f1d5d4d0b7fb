// Whether the policies in force are those of this clone, and whether they will stay what they are.
import { isUnread } from '../../lib/evaluate/prefix-lists.ts';
import { whyUnread } from '../../lib/evaluate/unread.ts';
import { policyIdOf } from '../../lib/plan/breaker-state.ts';
import { SWEEP } from '../../lib/plan/breaker-sweep.ts';
import { parseDay } from '../../lib/policy/day.ts';
import { compilePolicy, type Policy } from '../../lib/policy/policy.ts';
import { mayRevoke, withoutOff } from '../../lib/policy/policy-modes.ts';
import { hashPolicies } from '../../lib/remediation/fingerprints.ts';
import { MIXED } from '../../lib/sweep/state.ts';
import { about, type Diagnosis, diagnosis } from './diagnosis.ts';
import type { DeploymentFacts } from './facts.ts';

const POLICIES = 'policies';
/** Milliseconds until the tick has noted what was deployed. */
const SETTLED = 180_000;

/**
 * Whether the deployment judges as this clone does. In `enforce`, the tick notes every minute what the policies forbid, under this version
 * of the engine; each sweep notes a hash of all that they say.
 */
export function checkDeployedPolicies(facts: DeploymentFacts): readonly Diagnosis[] {
  const { functions, policies, now, stage, stack } = facts;
  const here = withoutOff(policies.map(compilePolicy));
  const deploy = `If this clone is what should be in force: npx serverless deploy --stage ${stage} --region ${stack.region}`;
  return functions.slice(0, 1).flatMap(({ configuration }) =>
    about(configuration, POLICIES, ({ modifiedAt, environment }) => {
      if (now.getTime() - Date.parse(modifiedAt) < SETTLED)
        return diagnosis('ok', POLICIES, 'deployed just now: look again in three minutes');
      const noted = environment.MODE === 'enforce' ? compareNoted(facts, here, deploy) : [];
      return noted.length > 0 ? noted : compareSwept(facts, here, modifiedAt, deploy);
    }),
  );
}

/** Nothing where the tick has noted the same. */
function compareNoted(
  { breaker }: DeploymentFacts,
  here: readonly Policy[],
  deploy: string,
): readonly Diagnosis[] {
  return about(breaker, POLICIES, ({ firstSeen }) => {
    const keys = new Set(here.filter(mayRevoke).map(({ key }) => key));
    const noted = new Set([...firstSeen.keys()].filter((key) => key !== SWEEP));
    const ids = [...new Set([...keys.symmetricDifference(noted)].map(policyIdOf))].toSorted();
    if (ids.length === 0) return [];
    const said = `the deployment and this clone do not forbid the same: ${ids.join(', ')}`;
    return diagnosis('warning', POLICIES, said, deploy);
  });
}

function compareSwept(
  { sweep }: DeploymentFacts,
  here: readonly Policy[],
  modifiedAt: string,
  deploy: string,
): readonly Diagnosis[] {
  return about(sweep, POLICIES, (found) => {
    if (found === undefined || found.startedAt < modifiedAt || found.policies === MIXED)
      return diagnosis(
        'ok',
        POLICIES,
        'no sweep has used what is deployed yet: look again after the next one',
      );
    if (found.policies === hashPolicies(here))
      return diagnosis('ok', POLICIES, `the last sweep used all ${here.length} of this clone`);
    const said = 'the deployment has other policies, exceptions or texts than this clone, or another version';
    return diagnosis('warning', POLICIES, said, deploy);
  });
}

/** The prefix lists that policies name are there. */
export function checkLists({ lists }: DeploymentFacts): readonly Diagnosis[] {
  return about(lists, 'prefix lists', (all) => {
    const bad = [...all].flatMap(([reference, known]) =>
      isUnread(known)
        ? [
            diagnosis(
              'broken',
              'prefix lists',
              `${whyUnread(reference, known)}: rules that it might allow are left open`,
              'Correct the policy that names it, or create or share the list.',
            ),
          ]
        : [],
    );
    if (bad.length > 0) return bad;
    return diagnosis(
      'ok',
      'prefix lists',
      all.size === 0 ? 'the policies name none' : `${all.size} can be read`,
    );
  });
}

const DAY = 86_400_000;
/** Days before its end in which an exception is announced. */
const SOON = 14;

/** The exceptions that end soon: what they allow is then revoked. */
export function checkExceptions({ policies, now }: DeploymentFacts): readonly Diagnosis[] {
  const soon = policies.flatMap(({ id, exceptions = [] }) =>
    exceptions.flatMap(({ expires, owner }) => {
      const end = (parseDay(expires) ?? 0) + DAY;
      if (end <= now.getTime() || end - now.getTime() > (SOON + 1) * DAY) return [];
      return [
        diagnosis(
          'warning',
          'exceptions',
          `one of ${id} ends on ${expires} (${owner})`,
          `Ask ${owner}: if it is still needed, change \`expires\` in ${id}.yaml and deploy.`,
        ),
      ];
    }),
  );
  return soon.length > 0 ? soon : [diagnosis('ok', 'exceptions', `none ends within ${SOON} days`)];
}
