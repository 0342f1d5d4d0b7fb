// A template of which everything is known, beside the same template before some of it is: what is not known yet hides nothing.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isJsonObject } from '../../../lib/infrastructure/values.ts';
import { RUNS } from '../../runs.ts';
import { template } from './judged.ts';
import { comparedVerdicts, POLICIES, verdictsOn } from './verdicts.ts';

type Json = Readonly<Record<string, unknown>>;

/** Each run reads and judges two files. */
const FEWER = { numRuns: Math.ceil(RUNS.numRuns / 4) };

const CIDRS = ['0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '::/0', '10.0.0.0/8', '203.0.113.0/24'];
const traffic = fc.constantFrom(['tcp', 22, 22], ['tcp', 20, 25], ['tcp', 443, 443], ['-1', -1, -1]);

/** With `SourcePrefixListId` or a CIDR, as the direction spells it. */
const rule = (isEgress: boolean) =>
  fc
    .record({ traffic, peer: fc.constantFrom(...CIDRS, 'list') })
    .map(({ traffic: [IpProtocol, FromPort, ToPort], peer }): Json => {
      const list = isEgress ? 'DestinationPrefixListId' : 'SourcePrefixListId';
      const cidr = peer.includes(':') ? 'CidrIpv6' : 'CidrIp';
      return {
        IpProtocol,
        FromPort,
        ToPort,
        ...(peer === 'list' ? { [list]: { Ref: 'Office' } } : { [cidr]: peer }),
      };
    });

const rules = (isEgress: boolean) => fc.array(rule(isEgress), { maxLength: 2 });

const properties = fc.record({
  ...{ SecurityGroupIngress: rules(false), SecurityGroupEgress: rules(true) },
  ...{ GroupName: fc.constantFrom('web-1', 'web-2', 'db'), VpcId: fc.constant('vpc-1') },
  Tags: fc.constantFrom('prod', 'dev').map((Value) => [{ Key: 'env', Value }]),
});

const resources = fc
  .record({ web: properties, ingress: rules(false), egress: rules(true), entries: fc.subarray(CIDRS) })
  .map(({ web, ingress, egress, entries }): Readonly<Record<string, { Type: string; Properties: Json }>> => {
    const GroupId = { 'Fn::GetAtt': ['Web', 'GroupId'] };
    const apart = (Type: string, name: string, all: readonly Json[]) =>
      all.map((one, index) => [`${name}${index}`, { Type, Properties: { ...one, GroupId } }]);
    return {
      Web: { Type: 'AWS::EC2::SecurityGroup', Properties: web },
      Office: {
        Type: 'AWS::EC2::PrefixList',
        Properties: { PrefixListName: 'office', Entries: entries.map((Cidr) => ({ Cidr })) },
      },
      ...Object.fromEntries(apart('AWS::EC2::SecurityGroupIngress', 'In', ingress)),
      ...Object.fromEntries(apart('AWS::EC2::SecurityGroupEgress', 'Out', egress)),
    };
  });

type Path = readonly (string | number)[];

/** Every value, but for the references of a rule to its group. */
function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  const inner = Array.isArray(value)
    ? [...value.entries()]
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  return inner.flatMap(([key, one]) => {
    const at = [...path, key];
    if (key === 'GroupId' || key === 'Type' || key === 'Ref') return [];
    return at.length > 2 ? [at, ...pathsIn(one, at)] : pathsIn(one, at);
  });
}

/** Values that nobody knows before the template is deployed. */
const UNKNOWN = [
  { Ref: 'Unknown' },
  { 'Fn::ImportValue': 'other' },
  '{{resolve:ssm:value}}',
  { 'Fn::GetAtt': ['Custom', 'Value'] },
];

function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((one, index) => (index === key ? replaced(one, rest, by) : one));
  return isJsonObject(value) && key in value ? { ...value, [key]: replaced(value[key], rest, by) } : value;
}

const unknown = resources.chain((known) =>
  fc.record({
    known: fc.constant(known),
    paths: fc.subarray([...pathsIn(known)], { minLength: 1 }),
    by: fc.constantFrom(...UNKNOWN),
  }),
);

const read = (Resources: unknown) => template({ Parameters: { Unknown: { Type: 'String' } }, Resources }, {});

it('what violates a policy violates it or is undecided, whatever of it is known only when it is deployed', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(unknown, ({ known, paths, by }) => {
      const less = paths.reduce<unknown>((value, path) => replaced(value, path, by), known);
      for (const one of comparedVerdicts(verdictsOn(read(known)), verdictsOn(read(less)))) seen.add(one);
    }),
    FEWER,
  );
  // A template does not say its region, which one policy turns on.
  const sure = POLICIES.filter(({ scope }) => scope?.regions === undefined);
  for (const { id } of sure) expect([...seen]).toContain(`${id} violation undecided`);
});
