// A plan of which everything is known, beside the same plan before some of it is: what is not known yet hides nothing.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { elementsOf, isJsonObject, objectOf } from '../../../lib/infrastructure/values.ts';
import { RUNS } from '../../runs.ts';
import { plan } from './judged.ts';
import { type Planned, planOf, references, refersTo } from './plan.ts';
import { comparedVerdicts, POLICIES, verdictsOn } from './verdicts.ts';

/** Each run reads and judges two files. */
const FEWER = { numRuns: Math.ceil(RUNS.numRuns / 4) };

const CIDRS = ['0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '::/0', '10.0.0.0/8', '203.0.113.0/24'];
const cidrs = fc.array(fc.constantFrom(...CIDRS), { minLength: 1, maxLength: 2 });
const traffic = fc.constantFrom(['tcp', 22, 22], ['tcp', 20, 25], ['tcp', 443, 443], ['-1', 0, 0]);
const isIpv6 = (text: string) => text.includes(':');

const block = fc.record({ traffic, cidrs, isSelf: fc.boolean() }).map((one) => {
  const [protocol, from_port, to_port] = one.traffic;
  return {
    ...{ protocol, from_port, to_port, self: one.isSelf, description: '' },
    cidr_blocks: one.cidrs.filter((text) => !isIpv6(text)),
    ipv6_cidr_blocks: one.cidrs.filter(isIpv6),
    ...{ prefix_list_ids: [], security_groups: [] },
  };
});
const blocks = fc.option(fc.array(block, { maxLength: 2 }), { nil: undefined });

/** Inline blocks, `dynamic` ones, which no configuration shows, or none. */
const group = fc
  .record({
    ...{ ingress: blocks, egress: blocks, isDynamic: fc.boolean(), isKept: fc.boolean() },
    ...{ name: fc.constantFrom('web-1', 'web-2', 'db'), env: fc.constantFrom('prod', 'dev') },
  })
  .map(({ ingress, egress, isDynamic, isKept, name, env }): Planned => {
    const listed = { ...(ingress && { ingress }), ...(egress && { egress }) };
    const values = { name, vpc_id: 'vpc-1', tags_all: { env }, ...listed };
    const config = { name: {}, vpc_id: {}, tags_all: {}, ...(isDynamic ? {} : listed) };
    const unsaid = Object.fromEntries(
      ['ingress', 'egress']
        .filter((direction) => !(direction in listed))
        .map((direction) => [direction, true]),
    );
    return isKept
      ? {
          at: 'aws_security_group.web',
          actions: ['update'],
          before: {},
          after: { id: 'sg-1', ...values },
          config,
        }
      : { at: 'aws_security_group.web', after: values, unknown: { id: true, ...unsaid }, config };
  });

const list: Planned = {
  at: 'aws_ec2_managed_prefix_list.office',
  actions: ['no-op'],
  after: { id: 'pl-1', name: 'office', entry: [{ cidr: '203.0.113.0/24' }, { cidr: '198.51.100.0/24' }] },
};
const entry = fc.constantFrom(...CIDRS).map((cidr): Planned => {
  const after = { cidr, prefix_list_id: 'pl-1' };
  return { at: 'aws_ec2_managed_prefix_list_entry.more', after };
});

/** `security_group_id` comes later. */
const rule = fc
  .record({ traffic, cidr: fc.constantFrom(...CIDRS, 'pl-1'), isNew: fc.boolean(), isEgress: fc.boolean() })
  .map(({ traffic: [protocol, from_port, to_port], cidr, isNew, isEgress }): Planned => {
    const ports = protocol === '-1' && isNew ? {} : { from_port, to_port };
    const direction = isEgress ? 'egress' : 'ingress';
    const [v4, v6] = isIpv6(cidr) ? [undefined, cidr] : [cidr, undefined];
    if (cidr === 'pl-1') {
      return isNew
        ? newRule(direction, { ip_protocol: protocol, ...ports, prefix_list_id: cidr })
        : oldRule({ type: direction, protocol, ...ports, prefix_list_ids: [cidr] });
    }
    return isNew
      ? newRule(direction, {
          ip_protocol: protocol,
          ...ports,
          ...(v4 && { cidr_ipv4: v4 }),
          ...(v6 && { cidr_ipv6: v6 }),
        })
      : oldRule({
          type: direction,
          protocol,
          ...ports,
          ...(v4 && { cidr_blocks: [v4] }),
          ...(v6 && { ipv6_cidr_blocks: [v6] }),
        });
  });

function newRule(direction: string, after: object): Planned {
  return { at: `aws_vpc_security_group_${direction}_rule.a`, after: { ...after } };
}

function oldRule(after: object): Planned {
  return { at: 'aws_security_group_rule.a', after: { ...after, self: false } };
}

const decided = fc
  .record({ group, rules: fc.array(rule, { maxLength: 3 }), entries: fc.array(entry, { maxLength: 1 }) })
  .map(({ group: web, rules, entries }): readonly Planned[] => [
    ...[list, ...entries, web],
    ...rules.map((one, index): Planned => {
      const id = objectOf(web.after).id;
      const config = Object.fromEntries(Object.keys(objectOf(one.after)).map((name) => [name, {}]));
      const at = `${one.at}${index}`;
      return id === undefined
        ? {
            at,
            after: one.after ?? {},
            unknown: { security_group_id: true },
            config: { ...config, security_group_id: refersTo('aws_security_group.web') },
          }
        : {
            at,
            after: { ...one.after, security_group_id: id },
            config: { ...config, security_group_id: {} },
          };
    }),
  ]);

type Path = readonly [resource: number, ...keys: (string | number)[]];

/** Whatever may be known only after apply: arguments, blocks, members of lists. */
function pathsIn(planned: readonly Planned[]): readonly Path[] {
  return planned.flatMap(({ after, config }, index) =>
    Object.entries(after ?? {}).flatMap(([name, value]): readonly Path[] => {
      if (name === 'id') return [];
      const isShown = config === undefined || objectOf(config)[name] !== undefined;
      return [...(isShown ? [[index, name] as const] : []), ...pathsBelow(value, [index, name])];
    }),
  );
}

function pathsBelow(value: unknown, path: Path): readonly Path[] {
  const inner = isJsonObject(value) ? Object.entries(value) : [...elementsOf(value).entries()];
  return inner.flatMap(([key, one]) => [[...path, key] as const, ...pathsBelow(one, [...path, key])]);
}

/** The plan before these are known; where `isLost`, the configuration does not show that they are arguments. */
function unknowing(planned: readonly Planned[], paths: readonly Path[], isLost: boolean): readonly Planned[] {
  return planned.map((one, index) => {
    const own = paths.flatMap(([resource, ...keys]) => (resource === index ? [keys] : []));
    const { after = {}, unknown = {}, config } = one;
    const names = own
      .map(([name]) => String(name))
      .filter((name) => own.some((keys) => keys.length === 1 && keys[0] === name));
    const shown = Object.fromEntries(
      names.map((name) => [
        name,
        isLost && !SEEN.includes(name) ? undefined : references('aws_eip.nat.public_ip'),
      ]),
    );
    const all = config ?? Object.fromEntries(Object.keys(after ?? {}).map((name) => [name, {}]));
    return {
      ...one,
      after: objectOf(without(after, own)),
      unknown: own.reduce<unknown>(flagged, unknown),
      config: JSON.parse(JSON.stringify({ ...all, ...shown })),
    };
  });
}

/** Without an argument these are what the provider answers. */
const SEEN = ['name', 'ingress', 'egress', 'entry'];

function without(value: unknown, paths: readonly (readonly (string | number)[])[]): unknown {
  const below = (key: string | number) => paths.flatMap(([first, ...rest]) => (first === key ? [rest] : []));
  if (Array.isArray(value)) return value.map((one, index) => omitted(one, below(index)) ?? null);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([key, one]) => [key, omitted(one, below(key))] as const);
  return Object.fromEntries(members.filter(([, one]) => one !== undefined));
}

function omitted(value: unknown, paths: readonly (readonly (string | number)[])[]): unknown {
  return paths.some((path) => path.length === 0) ? undefined : without(value, paths);
}

function flagged(flags: unknown, [key, ...rest]: readonly (string | number)[]): unknown {
  if (key === undefined || flags === true) return true;
  if (typeof key === 'string') return { ...objectOf(flags), [key]: flagged(objectOf(flags)[key], rest) };
  const all = [...elementsOf(flags)];
  while (all.length <= key) all.push(false);
  return all.map((one, index) => (index === key ? flagged(one, rest) : one));
}

const planVerdicts = (planned: readonly Planned[]) =>
  verdictsOn(plan(JSON.parse(JSON.stringify(planOf(planned)))));

const unknown = decided.chain((planned) => {
  const paths = pathsIn(planned);
  return fc.record({
    planned: fc.constant(planned),
    paths: fc.subarray([...paths], { minLength: 1 }),
    isLost: fc.boolean(),
  });
});

it('what violates a policy violates it or is undecided, whatever of it is known only after apply', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(unknown, ({ planned, paths, isLost }) => {
      const before = planVerdicts(planned);
      const after = planVerdicts(unknowing(planned, paths, isLost));
      for (const one of comparedVerdicts(before, after)) seen.add(one);
    }),
    FEWER,
  );
  for (const { id } of POLICIES) expect([...seen]).toContain(`${id} violation undecided`);
});
