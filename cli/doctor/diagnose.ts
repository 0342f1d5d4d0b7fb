// What was read, to lines: in the order in which an event travels.

import { checkDeployment, checkVariables } from './check-deployment.ts';
import { checkEvidence } from './check-evidence.ts';
import { checkFunctions, checkMappings, checkMode } from './check-functions.ts';
import { checkExceptions, checkLists } from './check-policies.ts';
import { checkPermissions, checkRules } from './check-rules.ts';
import { checkAlarms, checkKeys, checkQueues, checkSubscriptions } from './check-surroundings.ts';
import { checkDelivery, checkTrail } from './check-trail.ts';
import { checkBreaker, checkSweep, checkTestGroups } from './check-work.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { DeploymentFacts } from './facts.ts';

/** Each check is a function of what was read, and of nothing else. */
const CHECKS: readonly ((facts: DeploymentFacts) => readonly Diagnosis[])[] = [
  checkTrail,
  checkDelivery,
  checkRules,
  checkPermissions,
  checkFunctions,
  checkMode,
  checkEvidence,
  checkVariables,
  checkDeployment,
  checkLists,
  checkExceptions,
  checkMappings,
  checkQueues,
  checkSweep,
  checkBreaker,
  checkKeys,
  checkSubscriptions,
  checkAlarms,
  checkTestGroups,
];

export function diagnose(facts: DeploymentFacts): readonly Diagnosis[] {
  return CHECKS.flatMap((check) => check(facts));
}
