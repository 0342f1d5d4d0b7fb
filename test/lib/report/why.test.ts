// What several policies say of one rule is said once, and what the rule says by itself is not repeated.
import { describe, expect, it } from 'vitest';
import { parseBlockList } from '../../../lib/network/nat64.ts';
import { makeMessage } from '../../../lib/report/message.ts';
import { whyInWords } from '../../../lib/report/why.ts';
import { makeFacts, SSH_FROM_ANYWHERE } from './facts.ts';

const POLICIES =
  'no-world-open-admin (critical); also no-world-open-high-risk (critical) and web-only-to-the-world (high)';
const over6 = {
  ...SSH_FROM_ANYWHERE,
  SecurityGroupRuleId: 'sgr-0ssh6',
  CidrIpv6: '::/0',
  CidrIpv4: undefined,
};
const mysql = { ...SSH_FROM_ANYWHERE, SecurityGroupRuleId: 'sgr-0sql', FromPort: 3306, ToPort: 3306 };
const half = { ...SSH_FROM_ANYWHERE, SecurityGroupRuleId: 'sgr-0half', CidrIpv4: '0.0.0.0/1' };

describe('a rule that three policies forbid', () => {
  it('has its policies on one line, and no example where the whole internet is meant', () => {
    expect(whyInWords(makeFacts())).toEqual([POLICIES]);
  });

  it('has one reason with an example where a part of the internet is meant', () => {
    expect(whyInWords(makeFacts({ rules: [half] }))).toEqual([
      POLICIES,
      'It allows tcp/22 from 57% of the internet, for example 8.8.8.8.',
    ]);
  });

  it('has its reason where a prefix list hides it', () => {
    const rule = { ...SSH_FROM_ANYWHERE, CidrIpv4: undefined, PrefixListId: 'pl-0all' } as never;
    const prefixLists = new Map([['pl-0all', parseBlockList(['0.0.0.0/0'])]]);

    expect(whyInWords(makeFacts({ rules: [rule], prefixLists }))).toEqual([
      POLICIES,
      'It allows tcp/22 from the whole internet.',
    ]);
  });

  it('has one advice in the mail, that of the most severe policy', () => {
    const { email } = makeMessage(makeFacts());

    expect(email.match(/Instead/g)).toHaveLength(1);
    expect(email).toContain('Use Session Manager');
    expect(email).not.toContain('behind a load balancer');
  });
});

describe('several rules', () => {
  it('that violate the same policies have these once', () => {
    expect(whyInWords(makeFacts({ rules: [SSH_FROM_ANYWHERE, over6] }))).toEqual([POLICIES]);
  });

  it('that violate others have these apart, each with its traffic', () => {
    expect(whyInWords(makeFacts({ rules: [SSH_FROM_ANYWHERE, over6, mysql] }))).toEqual([
      `SSH: ${POLICIES}`,
      expect.stringMatching(/^MySQL: no-world-open-databases \(critical\); also no-world-open-high-risk/),
    ]);
  });

  it('are cut where nobody reads on, and say so', () => {
    const rules = Array.from({ length: 60 }, (_, i) => ({
      ...SSH_FROM_ANYWHERE,
      ...{ SecurityGroupRuleId: `sgr-${i}`, FromPort: 9000 + i, ToPort: 9000 + i, CidrIpv4: '0.0.0.0/1' },
    }));
    const lines = whyInWords(makeFacts({ rules }));

    expect(lines.length).toBeLessThan(10);
    expect(lines).toContainEqual(expect.stringMatching(/more in the log$/));
  });
});
