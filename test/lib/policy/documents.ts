// Valid policies as plain data, for tests that write them down.
import fc from 'fast-check';

export type Data = string | number | readonly Data[] | { readonly [key: string]: Data };

/** Texts that YAML, JavaScript or a careless reader could take for something else. */
const TRICKY = [
  ...'no yes on Off y true null ~ NaN .inf = << - ? 1_000 0x16 022 1e3 1:30 2027-01-01 1.10 +1 *a &a !a'.split(
    ' ',
  ),
  ...`{a} [a] it's "a" a\\b %a @a | > ä 日本 😀`.split(' '),
  ...['', ' ', '- a', 'a: b', 'a #b', '# a', 'a\nb', '\ta', 'a\u0085b'],
];
const text = fc.oneof(
  fc.constantFrom('web-prod', 'Use Session Manager.', ...TRICKY),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const filled = text.filter((value) => value !== '');
const glob = filled.filter((value) => !value.startsWith('!'));
const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
const option = <T>(item: fc.Arbitrary<T>) => fc.option(item, { nil: undefined });

const groups = fc
  .record(
    {
      ids: list(fc.constantFrom('sg-0abc', 'sg-1', 'sg-0e5')),
      names: list(glob),
      tags: fc.dictionary(
        text.filter((key) => key !== '__proto__'),
        glob,
        { minKeys: 1, maxKeys: 2, noNullPrototype: true },
      ),
    },
    { requiredKeys: [] },
  )
  .filter((value) => Object.keys(value).length > 0);
const places = {
  accounts: list(fc.constantFrom('111122223333', '012345678901', '000000000000')),
  vpcs: list(fc.constantFrom('vpc-0abc', 'vpc-1')),
  groups,
};
const scope = fc
  .record({ ...places, regions: list(glob) }, { requiredKeys: [] })
  .filter((value) => Object.keys(value).length > 0);

const ports = list(fc.constantFrom<Data>(22, '22', 'ssh', '8000-8100', 0, 65_535));
const blocks = list(
  fc.constantFrom('10.0.0.0/8', '::/0', '2001:db8::/32', 'pl-0123abcd', 'office', '198.51.100.0/24'),
);
const peers = fc.oneof(
  fc.constantFrom<Data>('world', 'public', 'any'),
  list(
    fc.constantFrom(
      'private',
      '10.0.0.0/8',
      '::/1',
      'pl-0123456789abcdef0',
      'com.amazonaws.global.cloudfront.origin-facing',
    ),
  ).map((outside) => ({ outside })),
);
const types = list(fc.constantFrom<Data>('echo', 'time-exceeded', '3/4', '8', 0, 255, '255/255'));
const listOrOutside = (all: fc.Arbitrary<Data>) =>
  fc.oneof(
    all,
    all.map((outside) => ({ outside })),
  );
const traffic = fc.oneof(
  fc.record({
    protocol: option(list(fc.constantFrom<Data>('tcp', 'UDP', 6, '17'))),
    ports: option(listOrOutside(ports)),
  }),
  fc.record({
    protocol: option(list(fc.constantFrom<Data>('icmp', 'ICMPv6', 1, '58'))),
    icmp: option(listOrOutside(types)),
  }),
);
const lengths = option(fc.record({ ipv4: fc.nat(32), ipv6: fc.nat(128) }, { requiredKeys: [] }));
const match = fc
  .record({
    direction: fc.constantFrom('ingress', 'egress'),
    traffic,
    peers,
    ...{ tolerate: lengths, tolerateListed: lengths },
  })
  .map(({ peers: named, tolerate, traffic: said, ...rest }) => ({
    ...rest,
    ...said,
    [rest.direction === 'ingress' ? 'source' : 'destination']: named,
    ...(named === 'world' || named === 'any' ? {} : { tolerate }),
  }));
const exceptionBesideTraffic = fc.record(
  {
    ...{ reason: filled, owner: filled, expires: fc.constantFrom('2027-01-01', '2028-02-29') },
    ...places,
    sources: blocks,
    rule: fc.oneof(
      glob.map((description) => ({ description })),
      fc.constant({ tags: { approved: 'INC-*' } }),
    ),
    principals: list(glob),
  },
  { requiredKeys: ['reason', 'owner', 'expires', 'accounts'] },
);

const exception = fc
  .tuple(exceptionBesideTraffic, traffic)
  .map(([said, carried]) => ({ ...said, ...carried }));

/** A policy of the id `p`, with every default written out. */
export const policyData: fc.Arbitrary<Data> = fc
  .record({
    id: fc.constant('p'),
    title: filled,
    severity: fc.constantFrom('critical', 'high', 'medium', 'low'),
    description: filled,
    references: fc.array(filled, { maxLength: 2 }),
    match,
    answer: fc.constantFrom<Data>(
      ...[{ action: 'revoke' }, { action: 'notify' }, { action: 'trim' }],
      ...[
        { action: 'trim', otherwise: 'notify' },
        { action: 'trim', otherwise: 'revoke' },
      ],
    ),
    mode: fc.constantFrom('enforce', 'dry-run', 'off'),
    grace: option(fc.constantFrom('1m', '10m', '15m')),
    rest: fc.oneof(
      fc.constant({}),
      scope.map((where) => ({ scope: where })),
      fc.array(exception, { maxLength: 2 }).map((exceptions) => ({ exceptions })),
    ),
  })
  // What is undefined is not written.
  .map(({ answer, rest, ...value }) => JSON.parse(JSON.stringify({ ...value, ...Object(answer), ...rest })));
