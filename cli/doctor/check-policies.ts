// Whether the policies will stay what they are.
import { isUnread } from '../../lib/evaluate/prefix-lists.ts';
import { whyUnread } from '../../lib/evaluate/unread.ts';
import { EXPIRING_WITHIN, expiresSoon } from '../../lib/policy/expiring.ts';
import { about, type Diagnosis, diagnosis } from './diagnosis.ts';
import type { DeploymentFacts } from './facts.ts';

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

/** The exceptions that end soon: what they allow is then revoked. */
export function checkExceptions({ policies, now }: DeploymentFacts): readonly Diagnosis[] {
  const soon = policies.flatMap(({ id, exceptions = [] }) =>
    exceptions
      .filter((exception) => expiresSoon(exception, now))
      .map(({ expires, owner }) =>
        diagnosis(
          'warning',
          'exceptions',
          `one of ${id} ends on ${expires} (${owner})`,
          `Ask ${owner}: if it is still needed, change \`expires\` in ${id}.yaml and deploy.`,
        ),
      ),
  );
  return soon.length > 0 ? soon : [diagnosis('ok', 'exceptions', `none ends within ${EXPIRING_WITHIN} days`)];
}
