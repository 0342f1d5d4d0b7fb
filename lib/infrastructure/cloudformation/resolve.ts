// The values that the intrinsic functions of a template stand for
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html).
import {
  elementsOf,
  isJsonObject,
  isNotKnown,
  type JsonObject,
  memberOf,
  notKnown,
  objectOf,
  stringOf,
} from '../values.ts';
import { type Given, parameterValue, pseudoParameter, scalarText } from './parameters.ts';

/** What a value is resolved in. */
export interface Environment {
  readonly template: JsonObject;
  readonly given: Given;
  /** Whether a condition holds; undefined where that is not known. */
  readonly holds: (condition: string) => boolean | undefined;
}

/** A resource of the same template. */
export class ResourceReference {
  readonly logicalId: string;
  readonly attribute: string;

  constructor(logicalId: string, attribute: string) {
    this.logicalId = logicalId;
    this.attribute = attribute;
  }
}

/** The value without functions; what cannot be known is NotKnown, at its place, and what `AWS::NoValue` removes is gone. */
export function resolve(value: unknown, environment: Environment): unknown {
  if (typeof value === 'string') {
    return value.includes('{{resolve:')
      ? notKnown('a dynamic reference is resolved only when it is deployed')
      : value;
  }
  if (Array.isArray(value)) {
    return value.map((one) => resolve(one, environment)).filter((one) => one !== undefined);
  }
  if (!isJsonObject(value)) return value ?? undefined;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && isFunction(name)) return call(name, argument, environment);
  const strange = Object.keys(value).find(isFunction);
  if (strange !== undefined) return notKnown(`${strange} is not read`);
  const members = Object.entries(value).map(([key, inner]) => [key, resolve(inner, environment)] as const);
  return Object.fromEntries(members.filter(([, inner]) => inner !== undefined));
}

function isFunction(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}

type Call = (argument: unknown, environment: Environment) => unknown;

function call(name: string, argument: unknown, environment: Environment): unknown {
  const known = FUNCTIONS[name];
  return known === undefined
    ? notKnown(`${name} is known only when it is deployed`)
    : known(argument, environment);
}

const FUNCTIONS: Readonly<Record<string, Call>> = {
  Ref: (argument, environment) => reference(stringOf(argument) ?? '', environment),
  'Fn::GetAtt': (argument) =>
    attribute(
      Array.isArray(argument)
        ? argument.map((one) => stringOf(one) ?? '').join('.')
        : (stringOf(argument) ?? ''),
    ),
  'Fn::If': choose,
  'Fn::Sub': substitute,
  'Fn::Join': join,
  'Fn::Split': split,
  'Fn::Select': select,
  'Fn::FindInMap': findInMap,
};

function reference(name: string, { template, given }: Environment): unknown {
  if (name === 'AWS::NoValue') return undefined;
  const value =
    parameterValue(objectOf(template.Parameters), name, given.parameters.get(name)) ??
    pseudoParameter(name, given);
  if (value !== undefined) return value;
  return Object.hasOwn(objectOf(template.Resources), name)
    ? new ResourceReference(name, 'Ref')
    : notKnown(`there is no parameter or resource ${name}`);
}

function attribute(path: string): ResourceReference {
  const dot = path.indexOf('.');
  return new ResourceReference(path.slice(0, dot), path.slice(dot + 1));
}

/** Both ways come to the same where they say the same. */
function choose(argument: unknown, environment: Environment): unknown {
  const [condition, yes, no] = elementsOf(argument);
  const name = stringOf(condition) ?? '';
  const holds = environment.holds(name);
  if (holds !== undefined) return resolve(holds ? yes : no, environment);
  const ways = [resolve(yes, environment), resolve(no, environment)] as const;
  return JSON.stringify(ways[0]) === JSON.stringify(ways[1])
    ? ways[0]
    : notKnown(`it depends on condition ${name}`);
}

function substitute(argument: unknown, environment: Environment): unknown {
  const [pattern, variables] = Array.isArray(argument) ? argument : [argument, {}];
  let unknown: unknown;
  const text = (stringOf(pattern) ?? '').replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    const own = memberOf(objectOf(variables), name);
    const value = own === undefined ? named(name.trim(), environment) : resolve(own, environment);
    const said = scalarText(value);
    if (said === undefined)
      unknown ??= isNotKnown(value) ? value : notKnown('a part of it is known only when it is deployed');
    return said ?? '';
  });
  return unknown ?? resolve(text, environment);
}

function named(name: string, environment: Environment): unknown {
  return name.includes('.') ? attribute(name) : reference(name, environment);
}

function join(argument: unknown, environment: Environment): unknown {
  const [delimiter, list] = elementsOf(argument);
  return ifKnown(resolve(list, environment), (parts) =>
    resolve(
      elementsOf(parts)
        .map(scalarText)
        .join(stringOf(delimiter) ?? ''),
      environment,
    ),
  );
}

function split(argument: unknown, environment: Environment): unknown {
  const [delimiter, text] = elementsOf(argument);
  return ifKnown(resolve(text, environment), (value) =>
    (scalarText(value) ?? '').split(stringOf(delimiter) ?? ','),
  );
}

function select(argument: unknown, environment: Environment): unknown {
  const [index, list] = elementsOf(argument);
  const values = resolve(list, environment);
  if (isNotKnown(values)) return values;
  const at = Number(scalarText(resolve(index, environment)) ?? Number.NaN);
  return elementsOf(values)[at] ?? notKnown('Fn::Select selects nothing that is known');
}

function findInMap(argument: unknown, environment: Environment): unknown {
  const keys = resolve(argument, environment);
  return ifKnown(keys, (path) =>
    elementsOf(path)
      .slice(0, 3)
      .reduce<unknown>(
        (map, key) =>
          memberOf(objectOf(map), scalarText(key) ?? '') ??
          notKnown('Fn::FindInMap finds nothing that is known'),
        objectOf(environment.template.Mappings),
      ),
  );
}

/** What is made of a value of which every part is known. */
function ifKnown(value: unknown, make: (value: unknown) => unknown): unknown {
  const unknown = [value, ...elementsOf(value)].find(
    (one) => isNotKnown(one) || one instanceof ResourceReference,
  );
  if (unknown === undefined) return make(value);
  return isNotKnown(unknown) ? unknown : notKnown('a part of it is known only when it is deployed');
}
