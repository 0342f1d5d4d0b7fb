// The conditions of a template. What is not given may turn out either way, so rules are judged in every case that can come: a case gives
// each parameter that conditions compare one value, and so decides all of them jointly.
import { elementsOf, type JsonObject, memberOf, objectOf, stringOf } from '../values.ts';
import { areEqual, comparisonsIn, conditionHolds } from './condition.ts';
import { type Given, scalarText } from './parameters.ts';
import type { Environment } from './resolve.ts';

/** Parameters with values, and comparisons that are not of a parameter with a text: one answer to all that is open. */
interface Assignment {
  readonly parameters: ReadonlyMap<string, string>;
  readonly comparisons: ReadonlyMap<string, boolean>;
}

/** One case, in words and as what values are resolved in. */
export interface TemplateCase {
  readonly when: readonly string[];
  readonly environment: Environment;
}

/** More cases than these are not told apart: what depends on a condition is then not known. */
const MOST_CASES = 256;

/** All cases of these conditions. */
export function casesOf(
  template: JsonObject,
  given: Given,
  conditions: ReadonlySet<string>,
): readonly TemplateCase[] {
  const open = openIn(template, given, conditions);
  const count = open.reduce((product, { choices }) => product * choices.length, 1);
  if (count > MOST_CASES) return [caseOf(template, given, conditions, undefined)];
  const assignments = open.reduce<readonly Assignment[]>(
    (all, { choices }) => all.flatMap((one) => choices.map((choice) => merge(one, choice))),
    [NO_ASSIGNMENT],
  );
  return assignments.map((assignment) => caseOf(template, given, conditions, assignment));
}

const NO_ASSIGNMENT: Assignment = { parameters: new Map(), comparisons: new Map() };

function merge(a: Assignment, b: Assignment): Assignment {
  return {
    parameters: new Map([...a.parameters, ...b.parameters]),
    comparisons: new Map([...a.comparisons, ...b.comparisons]),
  };
}

function caseOf(
  template: JsonObject,
  given: Given,
  conditions: ReadonlySet<string>,
  assignment: Assignment | undefined,
): TemplateCase {
  const { parameters, comparisons } = assignment ?? NO_ASSIGNMENT;
  const known: Given = { ...given, parameters: new Map([...given.parameters, ...parameters]) };
  const environment: Environment = {
    template,
    given: known,
    holds: (name) => (assignment === undefined ? undefined : conditionHolds(name, environment, comparisons)),
  };
  const told = [...conditions].flatMap((name) => {
    const answer = environment.holds(name);
    return answer === undefined ? [] : [answer ? name : `not ${name}`];
  });
  return { when: told, environment };
}

interface Open {
  readonly choices: readonly Assignment[];
}

/** What these conditions leave open, each with all that it may be. */
function openIn(template: JsonObject, given: Given, conditions: ReadonlySet<string>): readonly Open[] {
  const comparisons = [...conditions].flatMap((name) => comparisonsIn({ Condition: name }, template));
  const compared = new Map<string, Set<string>>();
  const others = new Set<string>();
  for (const argument of comparisons) {
    const pair = parameterAndText(argument, template);
    if (pair === undefined) {
      if (!isSettled(argument, template, given)) others.add(JSON.stringify(argument));
    } else if (!given.parameters.has(pair.name)) {
      compared.set(pair.name, (compared.get(pair.name) ?? new Set()).add(pair.text));
    }
  }
  return [
    ...[...compared].map(([name, texts]) => ({ choices: parameterChoices(template, name, texts) })),
    ...[...others].map((key) => ({
      choices: [true, false].map((answer) => ({ ...NO_ASSIGNMENT, comparisons: new Map([[key, answer]]) })),
    })),
  ];
}

/** All allowed values; else each text that it is compared with, and one value that it is if it is none of them. */
function parameterChoices(
  template: JsonObject,
  name: string,
  texts: ReadonlySet<string>,
): readonly Assignment[] {
  const { AllowedValues, Default } = objectOf(memberOf(objectOf(template.Parameters), name));
  const usual = scalarText(Default);
  const other = usual === undefined || texts.has(usual) ? ANOTHER : usual;
  const values = Array.isArray(AllowedValues)
    ? AllowedValues.flatMap((one) => scalarText(one) ?? [])
    : [...texts, other];
  return values.map((value) => ({ ...NO_ASSIGNMENT, parameters: new Map([[name, value]]) }));
}

/** A value that nothing is compared with; as an address it cannot be read. */
const ANOTHER = 'another value';

function parameterAndText(
  argument: unknown,
  template: JsonObject,
): { name: string; text: string } | undefined {
  const sides = elementsOf(argument);
  const name = sides.flatMap((side) => stringOf(objectOf(side).Ref) ?? []).at(0);
  const text = sides.flatMap((side) => scalarText(side) ?? []).at(0);
  if (name === undefined || text === undefined) return undefined;
  return Object.hasOwn(objectOf(template.Parameters), name) ? { name, text } : undefined;
}

/** Whether a comparison has one answer whatever parameters are: it has none, or all of them are given. */
function isSettled(argument: unknown, template: JsonObject, given: Given): boolean {
  const asked = { ...template, Parameters: withoutDefaults(objectOf(template.Parameters)) };
  const environment: Environment = { template: asked, given, holds: () => undefined };
  return areEqual(argument, environment) !== undefined;
}

function withoutDefaults(parameters: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, declared]) => [
      name,
      { ...objectOf(declared), Default: undefined },
    ]),
  );
}
