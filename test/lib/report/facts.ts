// Facts for the tests of messages: SSH opened to the world on web-prod, and revoked.

import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Actor } from '../../../lib/change/change.ts';
import { type Context, evaluate } from '../../../lib/evaluate/evaluate.ts';
import { readPolicies } from '../../../lib/io/policy-files.ts';
import { makePlan } from '../../../lib/plan/make-plan.ts';
import type { Outcome } from '../../../lib/plan/plan.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import type { Facts } from '../../../lib/report/facts.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

const policies = readPolicies('test/fixtures/policies').map(compilePolicy);

export const SSH_FROM_ANYWHERE: AwsSecurityGroupRule = {
  SecurityGroupRuleId: 'sgr-0ssh',
  GroupId: 'sg-0web',
  GroupOwnerId: '111122223333',
  IsEgress: false,
  IpProtocol: 'tcp',
  FromPort: 22,
  ToPort: 22,
  CidrIpv4: '0.0.0.0/0',
};

const ACTOR: Actor = {
  arn: 'arn:aws:sts::111122223333:assumed-role/developer/jane@example.com',
  name: 'jane@example.com',
  type: 'AssumedRole',
  role: 'developer',
  roleArn: 'arn:aws:iam::111122223333:role/developer',
  service: undefined,
  sourceAddress: '203.0.113.9',
  userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.13.5',
  mfa: true,
};

interface Wanted {
  readonly rules?: readonly AwsSecurityGroupRule[];
  /** The ids of the rules that the change made; all by default. */
  readonly changed?: readonly string[];
  readonly outcome?: Outcome['outcome'];
  readonly detail?: string;
  readonly actor?: Partial<Actor>;
  readonly groupName?: string;
  /** The entries of prefix lists. */
  readonly prefixLists?: Context['prefixLists'];
}

export function makeFacts(wanted: Wanted = {}): Facts {
  const rules = (wanted.rules ?? [SSH_FROM_ANYWHERE]).map(parseRule);
  const plan = makePlan(
    evaluate(rules, new Set(wanted.changed ?? rules.map(({ id }) => id)), policies, {
      ...CONTEXT,
      prefixLists: wanted.prefixLists ?? CONTEXT.prefixLists,
    }),
    10,
  );
  const outcome = wanted.outcome ?? 'revoked';
  const detail = wanted.detail === undefined ? {} : { detail: wanted.detail };
  return {
    id: '1beb5d85-3e0f-4000-b7d7-edb9300e0594',
    stage: 'prod',
    change: {
      kind: 'changed',
      eventName: 'AuthorizeSecurityGroupIngress',
      eventId: '1beb5d85-3e0f-4000-b7d7-edb9300e0594',
      time: '2026-06-01T12:00:00Z',
      accountId: '111122223333',
      region: 'eu-west-1',
      group: { by: 'id', id: 'sg-0web' },
      direction: 'ingress',
      rules: { by: 'id', ids: rules.map(({ id }) => id), rules },
      madeBy: 'actor',
      actor: { ...ACTOR, ...wanted.actor },
    },
    target: { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' },
    group: {
      id: 'sg-0web',
      name: wanted.groupName ?? 'web-prod',
      ownerId: '111122223333',
      vpcId: 'vpc-0abc',
      tags: {},
    },
    rules,
    plan,
    checks: { holds: [], recurring: [] },
    outcomes: plan.revoke.map(({ rule }) => ({ rule, outcome, ...detail })),
    mode: outcome === 'dry-run' ? 'dry-run' : 'enforce',
    audience: {},
    now: new Date('2026-06-01T12:00:45Z'),
  };
}
