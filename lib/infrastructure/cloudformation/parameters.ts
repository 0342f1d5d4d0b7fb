// The parameters of a template, as far as their values are known.
import {
  isNotKnown,
  type JsonObject,
  memberOf,
  type NotKnown,
  notKnown,
  objectOf,
  stringOf,
} from '../values.ts';

/** What whoever deploys the template says. */
export interface Given {
  readonly parameters: ReadonlyMap<string, string>;
  readonly region: string | undefined;
  readonly accountId: string | undefined;
}

/** What `Ref` answers for a parameter; undefined if there is no such parameter. */
export function parameterValue(
  declared: JsonObject,
  name: string,
  given: string | undefined,
): string | readonly string[] | NotKnown | undefined {
  if (!Object.hasOwn(declared, name)) return undefined;
  const { Type, Default } = objectOf(memberOf(declared, name));
  const type = stringOf(Type) ?? 'String';
  if (type.startsWith('AWS::SSM::Parameter::'))
    return notKnown(`parameter ${name} is read from Systems Manager`);
  const value = given ?? scalarText(Default);
  if (value === undefined) return notKnown(`parameter ${name} has no default, and no value is given`);
  return type === 'CommaDelimitedList' || type.startsWith('List<')
    ? value.split(',').map((one) => one.trim())
    : value;
}

/** What CloudFormation itself knows. */
export function pseudoParameter(name: string, { region, accountId }: Given): string | NotKnown | undefined {
  if (name === 'AWS::Region') return region ?? notKnown('the region is not known: use --region');
  if (name === 'AWS::AccountId') return accountId ?? notKnown('the account is not known: use --account');
  return name.startsWith('AWS::') ? notKnown(`${name} is known only when it is deployed`) : undefined;
}

/** A text, or a number or boolean as CloudFormation writes it. */
export function scalarText(value: unknown): string | undefined {
  if (isNotKnown(value)) return undefined;
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}
