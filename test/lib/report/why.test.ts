// What several policies say of one rule is one finding, wherever people read it.
import { describe, expect, it } from 'vitest';
import { makeMessage } from '../../../lib/report/message.ts';
import { whyInWords } from '../../../lib/report/why.ts';
import { makeFacts, SSH_FROM_ANYWHERE } from './facts.ts';

const REASON = 'It allows tcp/22 from 8.8.8.8: it is open to the whole internet.';
const POLICIES =
  '- no-world-open-admin (critical): SSH, RDP and other remote administration are not reachable from the internet; also no-world-open-high-risk (critical) and web-only-to-the-world (high)';
const over6 = {
  ...SSH_FROM_ANYWHERE,
  SecurityGroupRuleId: 'sgr-0ssh6',
  CidrIpv6: '::/0',
  CidrIpv4: undefined,
};
const mysql = { ...SSH_FROM_ANYWHERE, SecurityGroupRuleId: 'sgr-0sql', FromPort: 3306, ToPort: 3306 };

describe('a rule that three policies forbid', () => {
  it('has its reason once, and its policies on one line', () => {
    expect(whyInWords(makeFacts())).toEqual([REASON, POLICIES]);
  });

  it('has one advice, that of the most severe policy, in the mail and in the chat', () => {
    const { email, chat } = makeMessage(makeFacts());

    expect(email.match(/^ {2}Scanners find/gm)).toHaveLength(1);
    expect(email).not.toContain('deserves a reason');
    expect(chat.content.nextSteps).toHaveLength(1);
    expect(chat.content.nextSteps[0]).toMatch(/^Scanners find/);
  });

  it('has one line in the chat', () => {
    const why = makeMessage(makeFacts()).chat.content.description.match(/^\*Why\*.*$/gm);

    expect(why).toEqual([
      `*Why*: \`no-world-open-admin\` (critical), \`no-world-open-high-risk\` (critical) and \`web-only-to-the-world\` (high): \`${REASON}\``,
    ]);
  });
});

describe('several rules', () => {
  it('that violate the same policies have these once, after a reason each', () => {
    expect(whyInWords(makeFacts({ rules: [SSH_FROM_ANYWHERE, over6] }))).toEqual([
      REASON,
      'It allows tcp/22 from 2001:4860:4860::8888: it is open to the whole internet.',
      POLICIES,
    ]);
  });

  it('that violate others have these apart', () => {
    const lines = whyInWords(makeFacts({ rules: [SSH_FROM_ANYWHERE, mysql] }));

    expect(lines.filter((line) => line.startsWith('- '))).toEqual([
      POLICIES,
      expect.stringMatching(/^- no-world-open-databases \(critical\): .*; also no-world-open-high-risk/),
    ]);
  });

  it('are cut where nobody reads on, and say so', () => {
    // Each port has another set of policies, or another reason.
    const rules = Array.from({ length: 60 }, (_, i) => ({
      ...SSH_FROM_ANYWHERE,
      ...{ SecurityGroupRuleId: `sgr-${i}`, FromPort: 9000 + i, ToPort: 9000 + i },
    }));

    expect(whyInWords(makeFacts({ rules })).length).toBeLessThan(50);
    expect(whyInWords(makeFacts({ rules }))).toContainEqual(expect.stringMatching(/more in the log$/));
  });
});
