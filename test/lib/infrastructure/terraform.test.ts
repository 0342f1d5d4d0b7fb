// Terraform plans: what would be open once they are applied.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPlan } from '../../../lib/infrastructure/terraform/read-plan.ts';
import { parseBlockList } from '../../../lib/network/nat64.ts';
import { egressPolicy, findingsIn, plan, sshPolicy, worst } from './judged.ts';
import { inlineRule, type Planned, planOf, references, refersTo } from './plan.ts';
import { ANSWERED, group, listRule, oldRule, type Said, vpcRule } from './planned.ts';

const WORLD = '0.0.0.0/0';
const HALVES = ['0.0.0.0/1', '128.0.0.0/1'];

function withBlocks(...blocks: readonly Said[]): Planned {
  return group('aws_security_group.web', {
    after: { name: 'web', ingress: blocks.map(inlineRule), tags_all: {} },
    unknown: { id: true, arn: true, owner_id: true, ingress: blocks.map(() => ({ cidr_blocks: [false] })) },
    config: { ingress: blocks.map(() => ({})) },
  });
}

const found = (...planned: readonly Planned[]) => findingsIn([plan(planOf(planned))]);
const list = (name: string, ...cidrs: readonly string[]): Planned => ({
  at: `aws_ec2_managed_prefix_list.${name}`,
  after: {
    name,
    address_family: 'IPv4',
    max_entries: 5,
    entry: cidrs.map((cidr) => ({ cidr, description: '' })),
  },
  unknown: { id: true, arn: true },
});

describe('the rules that other tools pass', () => {
  it.each<[string, string, readonly Planned[]]>([
    ['a rule of the new kind', 'violation', [group(), vpcRule({ cidr_ipv4: WORLD })]],
    [
      'a range and one of several blocks',
      'violation',
      [group(), oldRule({ from_port: 20, to_port: 25, cidr_blocks: ['10.0.0.0/8', WORLD] })],
    ],
    [
      'all protocols, without ports',
      'violation',
      [group(), vpcRule({ ip_protocol: '-1', from_port: null, to_port: null, cidr_ipv4: WORLD })],
    ],
    ['::/0 in the new kind', 'violation', [group(), vpcRule({ cidr_ipv6: '::/0' })]],
    ['two halves of the internet', 'violation', [group(), oldRule({ cidr_blocks: HALVES })]],
    ['2000::/3', 'violation', [group(), vpcRule({ cidr_ipv6: '2000::/3' })]],
    ['host bits before /0', 'violation', [group(), oldRule({ cidr_blocks: ['198.51.100.7/0'] })]],
    [
      'the world beside a prefix list',
      'violation',
      [group(), oldRule({ cidr_blocks: [WORLD], prefix_list_ids: ['pl-office'] })],
    ],
    [
      'a block for itself before one for the world',
      'violation',
      [withBlocks({ self: true }, { cidr_blocks: [WORLD] })],
    ],
    ['a prefix list that holds the world', 'violation', [list('all', WORLD), group(), listRule('all')]],
    [
      'a prefix list of an office',
      'compliant',
      [list('office', '203.0.113.0/24'), group(), listRule('office')],
    ],
  ])('are evaluated by what they admit: %s is a %s', (_, verdict, planned) => {
    expect(worst(found(...planned))).toBe(verdict);
  });
});

describe('the rules of one group', () => {
  it('are joined, wherever they are declared', () => {
    const [low = '', high = ''] = HALVES;
    const both = [group(), vpcRule({ cidr_ipv4: low }), oldRule({ cidr_blocks: [high] })];

    expect(worst(found(...both))).toBe('violation');
    expect(worst(found(group(), vpcRule({ cidr_ipv4: low })))).toBe('violation');
    expect(
      worst(
        found(group(), vpcRule({ cidr_ipv4: '10.0.0.0/8' }), oldRule({ cidr_blocks: ['192.168.0.0/16'] })),
      ),
    ).toBe('compliant');
  });

  it('are joined over for_each, however narrow each is', () => {
    const blocks = Array.from({ length: 17 }, (_, index) => `${index + 40}.0.0.0/12`);
    const rules = blocks.map((cidr) =>
      vpcRule({ cidr_ipv4: cidr }, `aws_vpc_security_group_ingress_rule.ssh["${cidr}"]`),
    );

    expect(worst(found(group(), ...rules))).toBe('violation');
    expect(worst(found(group(), ...rules.slice(0, 16)))).toBe('compliant');
  });

  it('are joined across the plans of two states', () => {
    const existing = { id: 'sg-1', name: 'web', tags_all: {}, ingress: [], egress: [] };
    const base = plan(
      planOf([group(undefined, { actions: ['no-op'], before: existing, after: existing, unknown: {} })]),
    );
    const other = (cidr: string) =>
      plan(
        planOf([vpcRule({ cidr_ipv4: cidr, security_group_id: 'sg-1' }, undefined, { unknown: ANSWERED })]),
      );
    const cidr = (index: number) => `${index * 2 + 40}.0.0.0/9`;

    expect(worst(findingsIn([base, other(cidr(0)), other(cidr(1))]))).toBe('compliant');
    expect(worst(findingsIn([base, other(cidr(0)), other(cidr(1)), other(cidr(2))]))).toBe('violation');
  });

  it('stay apart where they are of two groups', () => {
    const rule = (name: string, index: number) =>
      vpcRule({ cidr_ipv4: `${index + 40}.0.0.0/8` }, `aws_vpc_security_group_ingress_rule.${name}`, {
        config: { security_group_id: refersTo(`aws_security_group.${name}`) },
      });

    expect(
      worst(found(group('aws_security_group.a'), group('aws_security_group.b'), rule('a', 0), rule('b', 1))),
    ).toBe('compliant');
  });
});

describe('what a plan keeps', () => {
  const live = (cidr: string) => inlineRule({ cidr_blocks: [cidr] });
  const kept = (ingress: readonly unknown[], more: Partial<Planned> = {}): Planned => {
    const values = { id: 'sg-1', name: 'web', owner_id: '111122223333', tags_all: {}, ingress, egress: [] };
    return group(undefined, { actions: ['no-op'], before: values, after: values, unknown: {}, ...more });
  };
  const existing = (actions: readonly string[], cidr: string, after?: string): Planned => {
    const values = {
      type: 'ingress',
      protocol: 'tcp',
      from_port: 22,
      to_port: 22,
      cidr_blocks: [cidr],
      security_group_id: 'sg-1',
    };
    return oldRule({}, undefined, {
      actions,
      before: values,
      after: after === undefined ? undefined : { ...values, cidr_blocks: [after] },
      unknown: {},
      config: after === undefined ? null : { cidr_blocks: {} },
    } as never);
  };

  it('counts, though it changes nothing', () => {
    expect(worst(found(kept([live(WORLD)])))).toBe('violation');
  });

  it('does not count where this very plan deletes the rule that the group still lists', () => {
    expect(worst(found(kept([live(WORLD)]), existing(['delete'], WORLD)))).toBe('compliant');
  });

  it('does not count as it was where a rule is changed', () => {
    expect(worst(found(kept([live(WORLD)]), existing(['update'], WORLD, '10.0.0.0/8')))).toBe('compliant');
    expect(
      worst(found(kept([live('10.0.0.0/8')]), existing(['delete', 'create'], '10.0.0.0/8', WORLD))),
    ).toBe('violation');
  });

  it('counts where a rule is only forgotten, with what it was', () => {
    expect(worst(found(existing(['forget'], WORLD)))).toBe('violation');
    expect(worst(found(kept([live(WORLD)]), existing(['forget'], WORLD)))).toBe('violation');
  });

  it('counts where a group is only forgotten', () => {
    expect(
      worst(found(kept([live(WORLD)], { actions: ['forget'], after: undefined, config: null } as never))),
    ).toBe('violation');
  });

  it('goes with its group', () => {
    expect(
      worst(found(kept([live(WORLD)], { actions: ['delete'], after: undefined, config: null } as never))),
    ).toBe('compliant');
  });

  it('stays where the blocks of an existing group are removed from the configuration', () => {
    const before = { id: 'sg-1', name: 'web', ingress: [live(WORLD)], egress: [] };
    const update = {
      actions: ['update'],
      before,
      after: { id: 'sg-1', name: 'web' },
      unknown: { ingress: true },
    };

    expect(worst(found(group(undefined, update)))).toBe('violation');
  });

  it('is replaced where the blocks are written down', () => {
    const after = { id: 'sg-1', name: 'web', ingress: [], egress: [] };
    const emptied = kept([live(WORLD)], {
      actions: ['update'],
      after,
      config: { ingress: { constant_value: [] } },
    });

    expect(worst(found(emptied))).toBe('compliant');
  });

  it('is told by the resource that declares it, once', () => {
    const rule = existing(['no-op'], WORLD, WORLD);

    expect(found(kept([live(WORLD)]), rule).map(({ address }) => address)).toEqual([
      'aws_security_group_rule.ssh',
    ]);
  });

  it('is all of a default group that Terraform lets go, and nothing of one that it takes over', () => {
    const values = { id: 'sg-1', name: 'default', ingress: [live(WORLD)], egress: [] };
    const at = 'aws_default_security_group.all';

    expect(
      worst(
        found(
          group(at, {
            actions: ['delete'],
            before: values,
            after: undefined as never,
            unknown: {},
            config: null,
          }),
        ),
      ),
    ).toBe('violation');
    expect(worst(found(group(at)))).toBe('compliant');
  });
});

describe('a new group', () => {
  it('without blocks has no rule at all', () => {
    expect(worst(findingsIn([plan(planOf([group()]))], [sshPolicy(), egressPolicy()]))).toBe('compliant');
  });

  it('has the rules of dynamic blocks, of which the configuration says nothing', () => {
    const dynamic = group(undefined, {
      after: { name: 'web', ingress: [inlineRule({ cidr_blocks: [WORLD] })] },
      unknown: { id: true, egress: true },
    });

    expect(worst(found(dynamic))).toBe('violation');
  });

  it('is undecided if it is configured with blocks that are not known', () => {
    const unknown = group(undefined, { config: { ingress: references('local.rules') } });

    expect(found(unknown).map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['undecided', 'It could not be evaluated: the ingress rules are known only after apply.'],
    ]);
  });
});

describe('dynamic blocks of which for_each is not known', () => {
  // As Terraform prints it: see test/fixtures/plans.
  const recorded = JSON.parse(readFileSync('test/fixtures/plans/unknown-for-each.json', 'utf8'));
  const findings = findingsIn([plan(recorded)]);

  it.each([
    ['alone', 'aws_security_group.dynamic', /may have more ingress rules, which a dynamic block makes/],
    ['beside other blocks', 'aws_security_group.beside', /may have more ingress rules/],
    ['in a prefix list', 'aws_security_group_rule.listed', /the entries of prefix list .* are not known/],
    [
      'instead of which an argument is given',
      'aws_security_group.argument',
      /the ingress rules are known only/,
    ],
  ])('leave a group undecided: %s', (_, address, reason) => {
    expect(findings.filter((one) => one.address === address)).toEqual([
      expect.objectContaining({ verdict: 'undecided', reason: expect.stringMatching(reason) }),
    ]);
  });

  it('leave alone groups without blocks, and those that only admit their own members', () => {
    expect(findings.map(({ groupId }) => groupId)).not.toContain('aws_security_group.no_blocks');
    expect(findings.map(({ groupId }) => groupId)).not.toContain('aws_security_group.members');
  });
});

describe('what a dynamic block takes over from a resource of its own', () => {
  const values = (ingress: readonly unknown[]) => ({ id: 'sg-1', name: 'web', ingress, egress: [] });
  const removed = oldRule({}, undefined, {
    actions: ['delete'],
    before: {
      type: 'ingress',
      protocol: 'tcp',
      from_port: 22,
      to_port: 22,
      cidr_blocks: [WORLD],
      security_group_id: 'sg-1',
    },
    config: null,
  });

  it('stays, though this very plan deletes that resource', () => {
    const taken = group(undefined, {
      actions: ['update'],
      before: values([]),
      after: values([inlineRule({ cidr_blocks: [WORLD] })]),
      unknown: {},
    });

    expect(worst(found(taken, removed))).toBe('violation');
  });
});

describe('what is not known', () => {
  const unsaid = (...names: readonly string[]) => ({
    unknown: {
      ...ANSWERED,
      security_group_id: true,
      ...Object.fromEntries(names.map((name) => [name, true])),
    },
    config: {
      security_group_id: refersTo('aws_security_group.web'),
      ...Object.fromEntries(names.map((name) => [name, references('aws_eip.nat.public_ip')])),
    },
  });

  it.each<[string, string, Planned]>([
    ['an address', 'undecided', vpcRule({}, undefined, unsaid('cidr_ipv4'))],
    [
      'an address that is no argument of the configuration',
      'undecided',
      vpcRule({}, undefined, { unknown: { ...ANSWERED, security_group_id: true, cidr_ipv4: true } }),
    ],
    [
      'a block that an older Terraform leaves out of a list',
      'undecided',
      oldRule({ cidr_blocks: ['10.0.0.0/8'] }, undefined, {
        unknown: { security_group_id: true, cidr_blocks: [false, true] },
      }),
    ],
    ['the whole of a group', 'undecided', group(undefined, { after: {}, unknown: true })],
    [
      'an address, at another port',
      'compliant',
      vpcRule({ from_port: 443, to_port: 443 }, undefined, unsaid('cidr_ipv4')),
    ],
    ['a port, of the world', 'undecided', vpcRule({ cidr_ipv4: WORLD }, undefined, unsaid('from_port'))],
    [
      'a port, of an office',
      'compliant',
      vpcRule({ cidr_ipv4: '203.0.113.0/24' }, undefined, unsaid('from_port')),
    ],
    [
      'a protocol, of the world',
      'undecided',
      vpcRule({ cidr_ipv4: WORLD }, undefined, unsaid('ip_protocol')),
    ],
    ['a prefix list', 'undecided', vpcRule({}, undefined, unsaid('prefix_list_id'))],
    ['a source group', 'compliant', vpcRule({}, undefined, unsaid('referenced_security_group_id'))],
    [
      'all blocks, for one that is not known',
      'undecided',
      oldRule({}, undefined, { ...unsaid('cidr_blocks') }),
    ],
    [
      'one of two blocks',
      'undecided',
      oldRule({ cidr_blocks: ['10.0.0.0/8', null] }, undefined, {
        unknown: { security_group_id: true, cidr_blocks: [false, true] },
      }),
    ],
    [
      'a direction',
      'undecided',
      oldRule({ type: null, cidr_blocks: [WORLD] }, undefined, {
        unknown: { type: true, security_group_id: true },
        config: { type: references('local.x'), security_group_id: refersTo('aws_security_group.web') },
      }),
    ],
    ['what only the provider answers', 'compliant', oldRule({ cidr_blocks: ['10.0.0.0/8'] })],
  ])('is never taken for absent: %s is %s', (_, verdict, rule) => {
    expect(worst(found(group(), rule))).toBe(verdict);
  });

  it('is decided by what is known beside it', () => {
    expect(
      worst(found(group(), vpcRule({}, undefined, unsaid('cidr_ipv4')), oldRule({ cidr_blocks: [WORLD] }))),
    ).toBe('violation');
  });
});

describe('the group of a rule that is not known yet', () => {
  const inModule = { sg: { outputs: { id: { expression: refersTo('aws_security_group.this') } } } };
  const through = (...names: readonly string[]) => ({ config: { security_group_id: references(...names) } });
  const halves = (first: Partial<Planned>, second = first) => [
    vpcRule({ cidr_ipv4: '40.0.0.0/8' }, 'aws_vpc_security_group_ingress_rule.low', first),
    vpcRule({ cidr_ipv4: '41.0.0.0/8' }, 'aws_vpc_security_group_ingress_rule.high', second),
  ];

  it('is found by the output of a module', () => {
    const planned = [
      group('module.sg.aws_security_group.this'),
      ...halves(through('module.sg.id', 'module.sg')),
    ];

    expect(worst(findingsIn([plan(planOf(planned, {}, inModule))]))).toBe('violation');
  });

  it('is found by what a module is called with', () => {
    const rules = halves(through('var.group')).map((rule) => ({ ...rule, at: `module.rules.${rule.at}` }));
    const modules = { rules: { expressions: { group: refersTo('aws_security_group.web') } } };

    expect(worst(findingsIn([plan(planOf([group(), ...rules], {}, modules))]))).toBe('violation');
  });

  it('is that of the same instance of a module', () => {
    const of = (key: string, cidr: string) => [
      group(`module.sg["${key}"].aws_security_group.web`),
      vpcRule({ cidr_ipv4: cidr }, `module.sg["${key}"].aws_vpc_security_group_ingress_rule.ssh`),
    ];

    expect(worst(found(...of('a', '40.0.0.0/8'), ...of('b', '41.0.0.0/8')))).toBe('compliant');
  });

  it('may be any instance where the key is not said', () => {
    const groups = ['"a"', '"b"'].map((key) => group(`aws_security_group.web[${key}]`));
    const rule = (key: string, cidr: string) =>
      vpcRule(
        { cidr_ipv4: cidr },
        `aws_vpc_security_group_ingress_rule.ssh[${key}]`,
        through('aws_security_group.web', 'each.key'),
      );

    expect(worst(found(...groups, rule('"a"', '40.0.0.0/8'), rule('"b"', '41.0.0.0/8')))).toBe('undecided');
    expect(worst(found(...groups, rule('"a"', '40.0.0.0/9'), rule('"b"', '41.0.0.0/9')))).toBe('compliant');
    expect(worst(found(...groups, rule('"a"', WORLD)))).toBe('violation');
  });

  it('is the one instance that a reference names', () => {
    const groups = ['0', '1'].map((key) => group(`aws_security_group.web[${key}]`));
    const of = (key: string) =>
      through(
        `aws_security_group.web[${key}].id`,
        `aws_security_group.web[${key}]`,
        'aws_security_group.web',
      );

    expect(worst(found(...groups, ...halves(of('0'))))).toBe('violation');
    expect(worst(found(...groups, ...halves(of('0'), of('1'))))).toBe('compliant');
  });

  it('may be any group of the module where it comes from a local, and that group is not called compliant', () => {
    const rules = halves(through('local.group_id'));

    expect(worst(found(group(), ...rules))).toBe('undecided');
    expect(worst(found(group(), rules[0] as Planned))).toBe('compliant');
    expect(worst(found(group(), vpcRule({ cidr_ipv4: WORLD }, undefined, through('local.group_id'))))).toBe(
      'violation',
    );
  });

  it('makes a group undecided that it would complete', () => {
    const [first, second] = halves({}, through('local.group_id'));
    const findings = found(group(), first as Planned, second as Planned);

    expect(findings.map(({ verdict }) => verdict)).toContain('undecided');
    expect(findings.map(({ verdict }) => verdict)).not.toContain('violation');
  });

  it('is one group where rules refer to the same other resource', () => {
    const eks = through(
      'aws_eks_cluster.main.vpc_config[0].cluster_security_group_id',
      'aws_eks_cluster.main.vpc_config',
      'aws_eks_cluster.main',
    );

    expect(worst(found(...halves(eks)))).toBe('violation');
  });

  it.each([
    [
      'a resource that answers what it is given',
      through('terraform_data.ids.output.web', 'terraform_data.ids'),
    ],
    ['a data source', through('data.aws_security_group.web.id', 'data.aws_security_group.web')],
    ['nobody knows what', { config: {} }],
  ])('may be any group of the plan where it comes from %s', (_, more) => {
    const [first, second] = halves({}, more);

    expect(worst(found(group(), first as Planned, second as Planned))).toBe('undecided');
    expect(worst(found(group(), second as Planned))).toBe('compliant');
  });

  it('may be a default group that the plan manages', () => {
    const rules = halves(through('aws_vpc.main.default_security_group_id', 'aws_vpc.main'));
    const own = group('aws_default_security_group.main', {
      after: { ingress: [inlineRule({ cidr_blocks: ['42.0.0.0/8'] })] },
      unknown: { id: true },
      config: { ingress: [{}] },
    });

    expect(worst(found(own, rules[0] as Planned))).toBe('undecided');
  });
});

describe('prefix lists', () => {
  const entry = (cidr: string, of = 'office'): Planned => ({
    at: `aws_ec2_managed_prefix_list_entry.e["${cidr}"]`,
    after: { cidr },
    unknown: { prefix_list_id: true },
    config: { prefix_list_id: refersTo(`aws_ec2_managed_prefix_list.${of}`) },
  });
  const rule = vpcRule({}, undefined, {
    unknown: { ...ANSWERED, security_group_id: true, prefix_list_id: true },
    config: {
      security_group_id: refersTo('aws_security_group.web'),
      prefix_list_id: refersTo('aws_ec2_managed_prefix_list.office'),
    },
  });
  const empty = {
    ...list('office'),
    unknown: { id: true },
    after: { name: 'office', entry: [] },
    config: {},
  };

  it('have the entries that are resources of their own', () => {
    expect(worst(found(empty, entry('203.0.113.0/24'), group(), rule))).toBe('compliant');
    expect(worst(found(empty, ...HALVES.map((cidr) => entry(cidr)), group(), rule))).toBe('violation');
  });

  it('are undecided where an entry is not known', () => {
    const unknown = { ...entry('203.0.113.0/24'), after: {}, unknown: { cidr: true, prefix_list_id: true } };

    expect(
      worst(
        found(
          empty,
          { ...unknown, config: { ...unknown.config, cidr: references('aws_eip.a.public_ip') } },
          group(),
          rule,
        ),
      ),
    ).toBe('undecided');
  });

  it('excuse by name what policies let lists excuse', () => {
    const policy = sshPolicy({ match: { protocol: ['tcp'], ports: [22], source: { outside: ['office'] } } });
    const open = vpcRule({ cidr_ipv4: '203.0.113.0/24' });

    expect(
      worst(findingsIn([plan(planOf([list('office', '203.0.113.0/24'), group(), open]))], [policy])),
    ).toBe('compliant');
    expect(worst(findingsIn([plan(planOf([group(), open]))], [policy]))).toBe('undecided');
    expect(
      worst(
        findingsIn([plan(planOf([group(), open]))], [policy], { office: parseBlockList(['203.0.113.0/24']) }),
      ),
    ).toBe('compliant');
  });
});

describe('policies for certain places', () => {
  const open = [group(), vpcRule({ cidr_ipv4: WORLD })];
  const excused = (where: Said) =>
    sshPolicy({ exceptions: [{ ...where, reason: 'Bastion', owner: 'platform', expires: '2027-01-01' }] });
  const judged = (policy: ReturnType<typeof sshPolicy>, planned: readonly Planned[] = open) =>
    worst(findingsIn([plan(planOf(planned))], [policy]));

  it.each<[string, string, Said]>([
    ['the region of the provider', 'violation', { regions: ['eu-*'] }],
    ['another region', 'compliant', { regions: ['us-*'] }],
    ['an account that nobody knows', 'undecided', { accounts: ['111122223333'] }],
    [
      'an account that nobody knows, in another region',
      'compliant',
      { accounts: ['111122223333'], regions: ['us-*'] },
    ],
    ['its name', 'violation', { groups: { names: ['we*'] } }],
    ['its VPC', 'violation', { vpcs: ['vpc-1'] }],
    ['tags that it has not', 'compliant', { groups: { tags: { env: '*' } } }],
    ['a group that there is already', 'compliant', { groups: { ids: ['sg-0123456789abcdef0'] } }],
  ])('apply by %s: %s', (_, verdict, scope) => {
    expect(judged(sshPolicy({ scope }))).toBe(verdict);
  });

  it.each<[string, string, Said]>([
    ['its name', 'exempt', { groups: { names: ['web'] } }],
    ['an account that nobody knows', 'undecided', { accounts: ['111122223333'] }],
    ['a group that there is already', 'violation', { groups: { ids: ['sg-0123456789abcdef0'] } }],
  ])('excuse by %s: %s', (_, verdict, where) => {
    expect(judged(excused(where))).toBe(verdict);
  });

  it('take a name by its prefix', () => {
    const prefixed = group(undefined, {
      after: { name_prefix: 'bastion-', tags_all: {} },
      unknown: { id: true, name: true, ingress: true, egress: true },
      config: { name_prefix: {} },
    });

    expect(judged(excused({ groups: { names: ['bastion-*'] } }), [prefixed, ...open.slice(1)])).toBe(
      'exempt',
    );
    expect(judged(excused({ groups: { names: ['web-*'] } }), [prefixed, ...open.slice(1)])).toBe('violation');
  });

  it('say which principal would be excused, and excuse it if that one deploys', () => {
    const policy = excused({ principals: ['arn:aws:sts::111122223333:assumed-role/deploy/*'] });
    const files = [plan(planOf(open))];

    expect(findingsIn(files, [policy]).map(({ verdict, wouldNeed }) => [verdict, wouldNeed])).toEqual([
      ['violation', ['Bastion (platform, until 2027-01-01)']],
    ]);
    expect(worst(findingsIn(files, [policy], {}, ['arn:aws:sts::111122223333:assumed-role/deploy/ci']))).toBe(
      'exempt',
    );
  });
});

describe('a plan', () => {
  it('is never green if it is not whole', () => {
    const kinds = (more: Said) => plan(planOf([], more)).caveats.map(({ kind }) => kind);

    expect(kinds({})).toEqual([]);
    expect(kinds({ errored: true })).toEqual(['incomplete']);
    expect(kinds({ complete: false })).toEqual(['incomplete']);
    expect(
      kinds({
        deferred_changes: [
          { reason: 'instance_count_unknown', resource_change: { address: 'aws_instance.a' } },
        ],
      }),
    ).toEqual(['incomplete']);
  });

  it('names what is not read of it', () => {
    expect(
      plan(
        planOf([
          { at: 'awscc_ec2_security_group.a', after: {} },
          { at: 'aws_cloudformation_stack.b', after: {} },
        ]),
      ).caveats.map(({ address, kind }) => [address, kind]),
    ).toEqual([
      ['awscc_ec2_security_group.a', 'gap'],
      ['aws_cloudformation_stack.b', 'note'],
    ]);
  });

  it('does not show what is sensitive', () => {
    const secret = vpcRule({ cidr_ipv4: WORLD, description: 'of the secret office' }, undefined, {
      sensitive: { cidr_ipv4: true },
    });
    const findings = found(group(), secret);

    expect(worst(findings)).toBe('violation');
    expect(JSON.stringify(findings)).not.toMatch(/0\.0\.0\.0|8\.8\.8\.8|secret/);
  });

  it.each([
    [
      'a state',
      { format_version: '1.0', terraform_version: '1.11.4', values: {} },
      /it is a state and not a plan/,
    ],
    [
      'a later format',
      { format_version: '2.0', terraform_version: '2.0.0', resource_changes: [] },
      /only 1\.x is known/,
    ],
  ])('is refused if it is %s', (_, value, problem) => {
    expect(readPlan(value)).toMatch(problem);
  });

  it('has protocols in any spelling', () => {
    expect(worst(found(group(), vpcRule({ ip_protocol: 'TCP', cidr_ipv4: WORLD })))).toBe('violation');
    expect(worst(found(group(), vpcRule({ ip_protocol: '6', cidr_ipv4: WORLD })))).toBe('violation');
    expect(
      worst(found(group(), oldRule({ protocol: 'all', from_port: 0, to_port: 0, cidr_blocks: [WORLD] }))),
    ).toBe('violation');
    expect(worst(found(group(), vpcRule({ ip_protocol: 'udp', cidr_ipv4: WORLD })))).toBe('compliant');
  });
});
