// Policies and exceptions that look at the VPCs of a group: its own, and those that it is associated with.
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { vpcsNeeded } from '../../../lib/evaluate/vpcs-needed.ts';
import { parseSet } from '../../../lib/network/cidr.ts';
import { vpcsOf } from '../../../lib/network/vpcs.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { reasonOf } from '../../../lib/report/reason.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

const LAB = 'vpc-01ab';
const PROD = 'vpc-02cd';
const BLOCKS = new Map([
  [LAB, parseSet(['10.1.0.0/16', '2600:1f14:1::/56'])],
  [PROD, parseSet(['10.2.0.0/16'])],
]);
const said = { reason: 'Lab', owner: 'platform-team', expires: '2026-12-31' };

interface Asked {
  readonly more: object;
  readonly source?: string;
  /** The VPCs beside the lab, where the group was made. */
  readonly associated: readonly string[] | undefined;
  readonly blocks?: typeof BLOCKS | undefined;
}

function policyOf(more: object) {
  const text = { id: 'no-ssh', title: 'no SSH', severity: 'high', description: 'no SSH', action: 'revoke' };
  return compilePolicy(policySchema.parse({ ...text, match: { ports: [22], source: 'world' }, ...more }));
}

/** The verdict on SSH from a source, `elsewhere` where the policy does not apply; and why. */
function judge({
  more,
  source = '0.0.0.0/0',
  associated,
  blocks = BLOCKS,
}: Asked): readonly [string, string] {
  const peer = source.includes(':') ? { CidrIpv6: source } : { CidrIpv4: source };
  const rule = parseRule({
    ...{ SecurityGroupRuleId: 'sgr-1', GroupId: 'sg-1', IpProtocol: 'tcp', FromPort: 22, ToPort: 22 },
    ...peer,
  });
  const group = { ...CONTEXT.group, id: 'sg-1', vpcId: LAB };
  const associations = associated && new Map([['sg-1', associated]]);
  const vpcs = vpcsOf(group, { associations, blocks });
  const [verdict] = evaluate([rule], new Set(['sgr-1']), [policyOf(more)], { ...CONTEXT, group, vpcs });
  return [verdict?.verdict ?? 'elsewhere', verdict === undefined ? '' : reasonOf(verdict)];
}

describe('a scope that names VPCs', () => {
  const only = (...vpcs: readonly string[]) => ({ scope: { vpcs } });

  it.each<[string, object, readonly string[] | undefined, string]>([
    ['its own', only(LAB), [], 'violation'],
    ['its own, and not another', only(LAB), [PROD], 'violation'],
    ['another', only(PROD), [PROD], 'violation'],
    ['none of its VPCs', only(PROD), [], 'elsewhere'],
    ['none of its VPCs', only('vpc-03ef'), [PROD], 'elsewhere'],
    ['its own, whatever the associations are', only(LAB), undefined, 'violation'],
    ['perhaps one that it is associated with', only(PROD), undefined, 'undecided'],
  ])('and %s', (_, more, associated, wanted) => {
    expect(judge({ more, associated })[0]).toBe(wanted);
  });

  it('leaves nothing undecided that is compliant wherever the group is', () => {
    expect(judge({ more: only(PROD), source: '10.9.9.9/32', associated: undefined })[0]).toBe('compliant');
  });

  it('does not apply, whatever the associations are, where something else keeps it from that', () => {
    const scope = { vpcs: [PROD], groups: { names: ['db-*'] } };

    expect(judge({ more: { scope }, associated: undefined })[0]).toBe('elsewhere');
  });

  it('says what is not known', () => {
    expect(judge({ more: only(PROD), associated: undefined })[1]).toBe(
      'It could not be evaluated: the VPCs that the group is associated with are not known, and the policy is for certain VPCs.',
    );
  });
});

describe('an exception that names VPCs', () => {
  const but = (...vpcs: readonly string[]) => ({ exceptions: [{ ...said, vpcs }] });

  it.each<[string, object, readonly string[] | undefined, string]>([
    ['its own', but(LAB), [], 'exempt'],
    ['all of its VPCs', but(LAB, PROD), [PROD], 'exempt'],
    ['its own alone, where it works in another, too', but(LAB), [PROD], 'violation'],
    ['another alone', but(PROD), [PROD], 'violation'],
    ['another, whatever the associations are', but(PROD), undefined, 'violation'],
    ['its own, and perhaps not those that it is associated with', but(LAB), undefined, 'undecided'],
  ])('and %s', (_, more, associated, wanted) => {
    expect(judge({ more, associated })[0]).toBe(wanted);
  });

  it('leaves nothing undecided that its sources do not cover', () => {
    const exceptions = [{ ...said, vpcs: [LAB], sources: ['198.51.100.0/24'] }];
    const match = { ports: [22], source: { outside: ['10.0.0.0/8', '::/0'] } };

    expect(judge({ more: { match, exceptions }, source: '192.0.2.0/24', associated: undefined })[0]).toBe(
      'violation',
    );
  });

  it('leaves nothing undecided that is too much even beyond its sources', () => {
    const more = { exceptions: [{ ...said, vpcs: [LAB], sources: ['8.8.8.0/24'] }] };

    expect(judge({ more, associated: undefined })[0]).toBe('violation');
    expect(judge({ more, source: '8.8.0.0/16', associated: undefined })[0]).toBe('compliant');
  });

  it('leaves nothing undecided that has expired', () => {
    const exceptions = [{ ...said, vpcs: [LAB], expires: '2026-01-01' }];

    expect(judge({ more: { exceptions }, associated: undefined })[0]).toBe('violation');
  });

  it('says what is not known', () => {
    expect(judge({ more: but(LAB), associated: undefined })[1]).toContain(
      'the VPCs that the group is associated with',
    );
  });
});

describe('`vpc` among what is allowed', () => {
  const match = { ports: [22], source: { outside: ['vpc'] } };

  it.each<[string, string, readonly string[], string]>([
    ['a part of its own VPC', '10.1.7.0/24', [], 'compliant'],
    ['its own VPC', '10.1.0.0/16', [], 'compliant'],
    ['IPv6 of its own VPC', '2600:1f14:1::/56', [], 'compliant'],
    ['more than its own VPC', '10.0.0.0/15', [], 'violation'],
    ['a VPC that it is associated with', '10.2.0.0/16', [PROD], 'compliant'],
    ['a VPC that it is not associated with, peered or not', '10.2.0.0/16', [], 'violation'],
    ['private addresses of nobody', '192.168.0.0/24', [PROD], 'violation'],
    ['IPv6 of somebody else', '2600:1f14:2::/56', [], 'violation'],
  ])('allows what it should of %s', (_, source, associated, wanted) => {
    expect(judge({ more: { match }, source, associated })[0]).toBe(wanted);
  });

  it.each<[string, Partial<Asked>, string]>([
    ['the blocks of its own VPC', { source: '10.1.0.0/16', blocks: new Map() }, 'undecided'],
    ['the blocks of another', { source: '10.2.0.0/16', associated: ['vpc-03ef'] }, 'undecided'],
    ['the associations', { source: '10.2.0.0/16', associated: undefined }, 'undecided'],
  ])('makes undecided what turns on what is not known: %s', (_, asked, wanted) => {
    expect(judge({ more: { match }, associated: [], ...asked })[0]).toBe(wanted);
  });

  it('says what is not known', () => {
    const of = (asked: Partial<Asked>) =>
      judge({ more: { match }, source: '10.2.0.0/16', associated: [], ...asked })[1];

    expect(of({ blocks: new Map() })).toContain('the CIDR blocks of its VPC');
    expect(of({ associated: undefined })).toContain('the CIDR blocks of the VPCs that it is associated with');
  });
});

describe('what of VPCs must be read', () => {
  it.each<[string, object, boolean, boolean]>([
    ['nothing', {}, false, false],
    ['nothing for other scopes', { scope: { regions: ['eu-*'] } }, false, false],
    ['associations for a scope', { scope: { vpcs: [LAB] } }, true, false],
    ['associations for an exception', { exceptions: [{ ...said, vpcs: [LAB] }] }, true, false],
    ['both for `vpc`', { match: { ports: [22], source: { outside: ['vpc'] } } }, true, true],
  ])('%s', (_, more, associations, blocks) => {
    expect(vpcsNeeded([policyOf({}), policyOf(more)])).toEqual({ associations, blocks });
  });
});
