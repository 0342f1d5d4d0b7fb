// Whether what EventBridge matches reaches the functions.
import type { SeenRule } from '../../lib/io/aws/deployed.ts';
import { about, CHANGED_BY_HAND, type Diagnosis, diagnosis } from './diagnosis.ts';
import type { DeploymentFacts } from './facts.ts';

const RULES = 'event rules';

/** Every rule of the stack is there, enabled, and invokes one of its functions. */
export function checkRules(facts: DeploymentFacts): readonly Diagnosis[] {
  return about(facts.resources, RULES, (all) => {
    const expected = all.filter(({ type }) => type === 'AWS::Events::Rule').map(({ id }) => id);
    return about(facts.rules, RULES, (found) => {
      const bad = expected.flatMap((name) =>
        checkRule(
          name,
          found.find((one) => one.name === name),
          facts,
        ),
      );
      return bad.length > 0 ? bad : diagnosis('ok', RULES, `${expected.length}, each with a function`);
    });
  });
}

function checkRule(name: string, rule: SeenRule | undefined, facts: DeploymentFacts): readonly Diagnosis[] {
  const { region } = facts.stack;
  if (rule === undefined) return [diagnosis('broken', RULES, `${name} does not exist`, CHANGED_BY_HAND)];
  if (!rule.isEnabled && isUnused(rule, facts)) return [];
  if (!rule.isEnabled) {
    const fix = `aws events enable-rule --region ${region} --name ${name}`;
    return [diagnosis('broken', RULES, `${name} is disabled`, fix)];
  }
  if (facts.functions.some((one) => isTargetOf(rule, one.name))) return [];
  return [diagnosis('broken', RULES, `${name} invokes no function of the stack`, CHANGED_BY_HAND)];
}

/** Where the settings name no flow logs, nobody is to ask them. */
function isUnused(rule: SeenRule, { functions, stack }: DeploymentFacts): boolean {
  const evidence = functions.find(({ name }) => name === stack.outputs.EvidenceFunction);
  if (evidence === undefined || !isTargetOf(rule, evidence.name)) return false;
  const { configuration } = evidence;
  return 'value' in configuration && !configuration.value.environment.FLOW_LOGS;
}

const PERMISSION = 'permission';

/** Every rule may invoke its function. */
export function checkPermissions({ rules, functions, stack }: DeploymentFacts): readonly Diagnosis[] {
  return about(rules, PERMISSION, (found) => {
    const lines = functions.flatMap(({ name, policy }) =>
      about(policy, PERMISSION, (text) =>
        found
          .filter((rule) => isTargetOf(rule, name) && !mayInvoke(text, rule))
          .map((rule) => {
            const fix = `aws lambda add-permission --region ${stack.region} --function-name ${name} --statement-id ${rule.name} --action lambda:InvokeFunction --principal events.amazonaws.com --source-arn ${rule.arn}`;
            return diagnosis('broken', PERMISSION, `${rule.name} may not invoke ${name}`, fix);
          }),
      ),
    );
    return lines.length > 0
      ? lines
      : diagnosis('ok', PERMISSION, 'the event rules may invoke their functions');
  });
}

function isTargetOf({ targets }: SeenRule, functionName: string): boolean {
  return targets.some((arn) => arn.endsWith(`:function:${functionName}`));
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: { readonly Service?: string };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** True where a statement of the policy is for EventBridge and this rule. Conditions compare with the rule's ARN, or with a pattern of it. */
export function mayInvoke(policy: string, { arn }: Pick<SeenRule, 'arn'>): boolean {
  const { Statement: statements = [] }: { readonly Statement?: readonly Statement[] } = JSON.parse(policy);
  return statements.some(({ Effect, Principal, Condition = {} }) => {
    const sources = Object.values(Condition).flatMap((one) =>
      Object.entries(one).flatMap(([key, value]) => (key.toLowerCase() === 'aws:sourcearn' ? [value] : [])),
    );
    const isFor = sources.length === 0 || sources.some((pattern) => fitsPattern(arn, pattern));
    return Effect === 'Allow' && Principal?.Service === 'events.amazonaws.com' && isFor;
  });
}

function fitsPattern(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
