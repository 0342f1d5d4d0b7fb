// Every error code that EC2's documentation gives for these calls, at every call: nothing is harmed, nothing is lost.
import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../lib/io/reconcile.ts';
import { RevocationError } from '../../../lib/remediation/errors.ts';
import { fail } from '../../../lib/sandbox/index.ts';
import { left, makeEvent, makeWorld, ssh, type TestWorld, tcp } from './world.ts';

/** https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html */
const CODES = [
  ...['InvalidPermission.NotFound', 'InvalidSecurityGroupRuleId.NotFound', 'InvalidGroup.NotFound'],
  ...['InvalidGroupId.Malformed', 'InvalidParameterValue', 'MissingParameter', 'UnknownParameter'],
  ...['InvalidPermission.Duplicate', 'RulesPerSecurityGroupLimitExceeded', 'RequestLimitExceeded'],
  ...['UnauthorizedOperation', 'DryRunOperation', 'InvalidNextToken', 'InvalidPaginationToken'],
  ...['RequestExpired', 'AuthFailure', 'InternalError'],
];
/** What is said of a rule that is seen to be there: after these codes it may be gone all the same. */
const OUTCOMES: Readonly<Record<string, string>> = {
  UnauthorizedOperation: 'denied',
  InternalError: 'unconfirmed',
};
const mysql = tcp('sgr-0mysql', 3306);

/** What comes of one event: outcomes, or the error that sends the event back. */
async function told({ world }: TestWorld, isLastTry = false): Promise<readonly string[]> {
  const { error, outcomes } = await reconcile(world, makeEvent([ssh, mysql]), isLastTry);
  if (error === undefined || error instanceof RevocationError) return outcomes.map(({ outcome }) => outcome);
  return [`sent back: ${error.name}`];
}

describe.each(CODES)('%s', (code) => {
  it.each(['DescribeSecurityGroups', 'DescribeSecurityGroupRules'])(
    'from %s sends the event back untouched',
    async (api) => {
      const test = makeWorld([ssh, mysql]);
      fail(test.account, api, code);

      expect(await told(test)).toEqual([`sent back: ${code}`]);
      expect(left(test)).toEqual(['sgr-0ssh', 'sgr-0mysql']);
      expect(test.account.messages).toEqual([]);
    },
  );

  it('from the revoke is told, a refusal for good at once and others at the last try, and rules that are still there are never called revoked or gone', async () => {
    const test = makeWorld([ssh, mysql]);
    fail(test.account, 'RevokeSecurityGroupIngress', code);

    const outcome = OUTCOMES[code] ?? 'failed';
    expect(await told(test)).toEqual([outcome, outcome]);
    expect(test.account.messages).toHaveLength(outcome === 'denied' ? 1 : 0);
    await told(test, true);
    expect(test.account.messages).toHaveLength(1);
    expect(left(test)).toEqual(['sgr-0ssh', 'sgr-0mysql']);
  });

  it.skipIf(code === 'UnauthorizedOperation')(
    'once from the revoke, and the next try of the same event closes the rules',
    async () => {
      const test = makeWorld([ssh, mysql]);
      fail(
        test.account,
        'RevokeSecurityGroupIngress',
        code,
        code === 'InternalError' || code === 'RequestLimitExceeded' ? 3 : 1,
      );

      await told(test);
      await told(test);

      expect(left(test)).toEqual([]);
    },
  );
});
