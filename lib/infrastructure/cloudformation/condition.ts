// One condition of a template: whether it holds, and what it compares.
import { elementsOf, isJsonObject, type JsonObject, memberOf, objectOf, stringOf } from '../values.ts';
import { scalarText } from './parameters.ts';
import { type Environment, resolve } from './resolve.ts';

/** Whether a condition holds; undefined where that is not known. */
export function conditionHolds(
  name: string,
  environment: Environment,
  comparisons: ReadonlyMap<string, boolean>,
): boolean | undefined {
  return evaluateCondition(
    memberOf(objectOf(environment.template.Conditions), name),
    environment,
    comparisons,
  );
}

function evaluateCondition(
  condition: unknown,
  environment: Environment,
  comparisons: ReadonlyMap<string, boolean>,
  depth = 0,
): boolean | undefined {
  if (!isJsonObject(condition) || depth > DEEPEST) return undefined;
  const [[name, argument] = ['', undefined]] = Object.entries(condition);
  const inner = () =>
    elementsOf(argument).map((one) => evaluateCondition(one, environment, comparisons, depth + 1));
  switch (name) {
    case 'Condition': {
      const meant = memberOf(objectOf(environment.template.Conditions), stringOf(argument) ?? '');
      return evaluateCondition(meant, environment, comparisons, depth + 1);
    }
    case 'Fn::Equals':
      return comparisons.get(JSON.stringify(argument)) ?? areEqual(argument, environment);
    case 'Fn::Not':
      return inner().map((one) => (one === undefined ? undefined : !one))[0];
    case 'Fn::And':
      return allOf(inner());
    case 'Fn::Or': {
      const none = allOf(inner().map((one) => (one === undefined ? undefined : !one)));
      return none === undefined ? undefined : !none;
    }
    default:
      return undefined;
  }
}

const DEEPEST = 20;

function allOf(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

/** Whether both sides of `Fn::Equals` are the same. */
export function areEqual(argument: unknown, environment: Environment): boolean | undefined {
  const [a, b] = elementsOf(argument).map((one) => scalarText(resolve(one, environment)));
  return a === undefined || b === undefined ? undefined : a === b;
}

/** The arguments of all `Fn::Equals` that a condition is made of. */
export function comparisonsIn(condition: unknown, template: JsonObject, depth = 0): readonly unknown[] {
  if (!isJsonObject(condition) || depth > DEEPEST) return [];
  const [[name, argument] = ['', undefined]] = Object.entries(condition);
  if (name === 'Fn::Equals') return [argument];
  if (name === 'Condition') {
    return comparisonsIn(
      memberOf(objectOf(template.Conditions), stringOf(argument) ?? ''),
      template,
      depth + 1,
    );
  }
  return elementsOf(argument).flatMap((one) => comparisonsIn(one, template, depth + 1));
}

/** The conditions that a part of a template names in `Fn::If`, at any depth. */
export function conditionsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(conditionsIn);
  if (!isJsonObject(value)) return [];
  const own = stringOf(elementsOf(memberOf(value, 'Fn::If'))[0]);
  return [...(own === undefined ? [] : [own]), ...Object.values(value).flatMap(conditionsIn)];
}
