// UpdateItem's expressions, as far as the ledger uses them: SET of values, ADD and DELETE of numbers and sets of strings
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html).
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../account-state.ts';
import { ServiceError } from '../faults.ts';

type Verb = 'SET' | 'ADD' | 'DELETE';

/** The item after the update. DynamoDB refuses two changes of one attribute in one call. */
export function updated(
  before: Item,
  expression: string,
  names: Readonly<Record<string, string>> = {},
  values: Item = {},
): Item {
  const changes = parse(expression).map(({ verb, name, value }) => {
    return { verb, name: names[name] ?? name, value: values[value] as AttributeValue };
  });
  if (new Set(changes.map(({ name }) => name)).size < changes.length) refuse('Two document paths overlap');
  return changes.reduce<Item>((item, { verb, name, value }) => changed(item, verb, name, value), before);
}

function parse(expression: string) {
  const clauses = expression.split(/ ?\b(?=SET |ADD |DELETE )/).filter((clause) => clause !== '');
  return clauses.flatMap((clause) => {
    const verb = clause.split(' ')[0] as Verb;
    const parts = clause.slice(verb.length).split(',');
    return parts.map((part) => {
      const [, name, value] = (verb === 'SET' ? /^ (#?\w+) = (:\w+)$/ : /^ (#?\w+) (:\w+)$/).exec(part) ?? [];
      if (name !== undefined && value !== undefined) return { verb, name, value };
      return refuse(`the sandbox does not know the update ${expression}`);
    });
  });
}

function changed(item: Item, verb: Verb, name: string, value: AttributeValue): Item {
  const before = item[name];
  if (verb === 'SET') return { ...item, [name]: value };
  if (verb === 'ADD') return { ...item, [name]: plus(before, value) };
  const left = (before?.SS ?? []).filter((element) => value.SS?.includes(element) !== true);
  const { [name]: _, ...others } = item;
  // A set is never empty: the attribute is removed with its last element.
  return left.length === 0 ? others : { ...item, [name]: { SS: left } };
}

function plus(before: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (value.SS !== undefined) return { SS: [...new Set([...(before?.SS ?? []), ...value.SS])] };
  return { N: `${Number(before?.N ?? 0) + Number(value.N)}` };
}

function refuse(message: string): never {
  throw new ServiceError('ValidationException', message);
}
