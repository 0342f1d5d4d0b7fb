// What is practically anyone, by blocks that are in use (Cloudflare: https://www.cloudflare.com/ips-v6, Fastly:
// https://api.fastly.com/public-ip-list, Google: https://www.gstatic.com/ipranges/cloud.json, the others as the registries list them).
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { parseRule } from '../../../lib/rule.ts';
import { policyOf, tcp } from '../io/world.ts';

const CLOUDFLARE = [
  '2400:cb00::/32',
  '2405:8100::/32',
  '2405:b500::/32',
  '2606:4700::/32',
  '2803:f800::/32',
  '2a06:98c0::/29',
  '2c0f:f248::/32',
];
const FASTLY = ['2a04:4e40::/32', '2a04:4e42::/32'];
const GITHUB = ['2606:50c0::/32', '2a0a:a440::/29'];
const FACEBOOK = ['2401:db00::/32', '2620:0:1c00::/40', '2a03:2880::/29'];
const noSsh = policyOf('no-ssh', [22], 'revoke');

/** Whether SSH from these blocks, a rule for each, is open to practically anyone. */
function isAnyone(...blocks: readonly string[]): boolean {
  const rules = blocks.map((block, i) => parseRule(tcp(`sgr-${i}`, 22, { CidrIpv6: block })));
  const group = { id: 'sg-1', name: 'web', ownerId: '111122223333', vpcId: 'vpc-1', tags: {} };
  const context = {
    accountId: '111122223333',
    region: 'eu-west-1',
    group,
    prefixLists: new Map(),
    vpcs: { associated: [], home: undefined, others: undefined },
    principals: [],
  };
  const changed = new Set(rules.map(({ id }) => id));
  const now = new Date('2026-06-01T12:00:00Z');
  return evaluate(rules, changed, [noSsh], { ...context, now }).some(
    ({ verdict }) => verdict === 'violation',
  );
}

describe('practically anyone is', () => {
  it.each([
    ['the whole of IPv6', ['::/0']],
    ['all unicast addresses', ['2000::/3']],
    ['the range of AWS', ['2600:1f00::/24']],
    ['the range of Google Cloud', ['2600:1900::/28']],
    ['a national provider', ['2a00:1000::/20']],
    ['sixteen ordinary networks', Array.from({ length: 16 }, (_, i) => `2a0${i.toString(16)}:1::/32`)],
    ['two content delivery networks together', [...CLOUDFLARE, ...FASTLY]],
  ])('%s', (_, blocks) => {
    expect(isAnyone(...blocks)).toBe(true);
  });
});

describe('not practically anyone is', () => {
  it.each([
    ['one ordinary network', ['2a03:5a00::/32']],
    ['fifteen ordinary networks', Array.from({ length: 15 }, (_, i) => `2a0${i.toString(16)}:1::/32`)],
    ['a network with a /29', ['2a06:98c0::/29']],
    ['Cloudflare', CLOUDFLARE],
    ['Facebook', FACEBOOK],
    ['GitHub', GITHUB],
    ['one network twice, in halves and whole', ['2606:4700::/32', '2606:4700::/33', '2606:4700:8000::/33']],
  ])('%s', (_, blocks) => {
    expect(isAnyone(...blocks)).toBe(false);
  });
});
