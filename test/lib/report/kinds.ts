// One message of every kind, as the tests and docs/messages.md show it.
import type { Audience } from '../../../lib/audience.ts';
import type { Evidence } from '../../../lib/evidence/evidence.ts';
import { parseBlockList } from '../../../lib/network/nat64.ts';
import { type Finding, joinPlans, type Outcome, type Plan } from '../../../lib/plan/plan.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { batchItem, makeBatch } from '../../../lib/report/batch.ts';
import type { ChatNotification } from '../../../lib/report/chat/notification.ts';
import { makeDigest } from '../../../lib/report/digest/digest.ts';
import type { DigestFacts } from '../../../lib/report/digest/digest-facts.ts';
import { comparisonWith } from '../../../lib/report/digest/standing.ts';
import type { SweepExposure } from '../../../lib/report/digest/sweep-exposure.ts';
import {
  addFound,
  emptyTotals,
  type Found,
  linesOf,
  withExposureKinds,
} from '../../../lib/report/digest/sweep-totals.ts';
import { makeFollowUp } from '../../../lib/report/evidence/follow-up.ts';
import { firstMessageOf } from '../../../lib/report/evidence/follow-up-facts.ts';
import type { Facts, ReportedHold } from '../../../lib/report/facts.ts';
import { makeMessage } from '../../../lib/report/message.ts';
import { makeRecord } from '../../../lib/report/record.ts';
import { makeFacts, SSH_FROM_ANYWHERE } from './facts.ts';

export interface Shown {
  readonly subject: string;
  readonly email: string;
  readonly chat: ChatNotification;
}

const AUDIENCE: Audience = {
  contact: '#cloud-security (https://wiki.example.com/portcullis)',
  timeZone: 'Europe/Berlin',
};
const TARGET = { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' } as const;

const ruleOn = (port: number, id: string) => ({
  ...SSH_FROM_ANYWHERE,
  ...{ SecurityGroupRuleId: id, FromPort: port, ToPort: port },
});
const MYSQL = ruleOn(3306, 'sgr-0sql');
const HTTP_ALT = ruleOn(8443, 'sgr-0alt');
const ALL_TCP = { ...ruleOn(0, 'sgr-0wide'), ToPort: 65_535 };
const BY_LIST = { ...SSH_FROM_ANYWHERE, CidrIpv4: undefined, PrefixListId: 'pl-0office' };

const REACHED = {
  at: '2026-06-01T12:00:45Z',
  group: {
    exposure: {
      kind: 'reachable',
      arrival: { source: '8.8.8.8', clientPort: 32_768, address: '203.0.113.7', traffic: 'tcp/22' },
    },
    of: { id: 'eni-0abc', instanceId: 'i-0abc', name: 'web-1' },
    counts: { reachable: 1 },
  },
  elsewhere: { kind: 'closed' },
} as const satisfies Facts['exposure'];

const mail = (facts: Facts, audience: Audience = AUDIENCE): Shown => makeMessage({ ...facts, audience });

/** The rule that would be revoked, with its place in the plan changed. */
function planned(make: (plan: Plan) => Partial<Plan>): Facts {
  const facts = makeFacts();
  return { ...facts, plan: { ...joinPlans([]), ...make(facts.plan) }, outcomes: [] };
}

const VISITORS = ['203.0.113.77', '198.51.100.4'].map((address, index) => ({
  address,
  ...{
    interfaceId: 'eni-0abc',
    traffic: 6 * 65_536 + 22,
    packets: 48 - 40 * index,
    bytes: 12_345 - 12_000 * index,
  },
}));

function followUp({ grade, counts }: Pick<Evidence, 'grade' | 'counts'>): Shown {
  const message = makeMessage({ ...makeFacts(), exposure: REACHED, audience: AUDIENCE });
  const areas = [{ sources: ['0.0.0.0/0'], traffic: [[0, 1] as const] }];
  const question = {
    openings: [{ openedAt: '2026-06-01T12:00:00Z', closedAt: '2026-06-01T12:00:45Z', areas }],
    interfaces: [
      {
        ...{ id: 'eni-0abc', instanceId: 'i-0abc', name: 'web-1', addresses: ['10.0.0.7'] },
        ...{ clientPortsFrom: 32_768, flowLogs: [] },
      },
    ],
    gaps: [],
  };
  const seen = counts.accepted + counts.answered + counts.flowing;
  const top = VISITORS.slice(0, seen).map((one, index) => ({
    ...one,
    grade: index === 0 && grade !== 'none' ? grade : ('accepted' as const),
  }));
  const gaps = grade === 'flowing' ? ['records of eni-0abc were lost (SKIPDATA)'] : [];
  return makeFollowUp({
    ...{ first: firstMessageOf(message, TARGET), question, stage: 'prod', audience: AUDIENCE },
    evidence: { grade, counts, top, throughOthers: 1, undirected: 0, gaps },
    now: new Date('2026-06-01T12:16:00Z'),
  });
}

const held = (how: object) =>
  planned(({ revoke }) => ({
    held: revoke.map((finding) => ({ ...finding, ...how }) as Plan['held'][number]),
  }));

/** The same facts, with the most severe policy alone; every policy that forbids a rule has a say in whether it waits. */
function ofFirstPolicy(facts: Facts, more: Partial<Policy> = {}): Facts {
  const only = <T extends Finding>(finding: T): T => {
    const [first] = finding.verdicts;
    return { ...finding, verdicts: [{ ...first, policy: { ...first.policy, ...more } }] };
  };
  const { plan } = facts;
  return { ...facts, plan: { ...plan, revoke: plan.revoke.map(only), held: plan.held.map(only) } };
}

function breaker(hold: Partial<ReportedHold>): Facts {
  const facts = ofFirstPolicy(held({ because: 'breaker' }));
  const policyIds = ['no-world-open-admin'];
  const loud = { isLoud: true, limit: 10, minutes: 15, name: 'x', policyIds } as const;
  return { ...facts, checks: { recurring: [], holds: [{ because: 'latched', ...loud, ...hold }] } };
}

function trimmed(): Facts {
  const facts = makeFacts();
  const kept = { ...SSH_FROM_ANYWHERE, CidrIpv4: '10.0.0.0/8', SecurityGroupRuleId: 'sgr-0new' };
  const remainder = { rules: [kept], losses: [] };
  const plan = { ...joinPlans([]), trim: facts.plan.revoke.map((finding) => ({ ...finding, remainder })) };
  const outcomes = facts.outcomes.map(
    (outcome): Outcome => ({ ...outcome, remainder: [{ rule: kept, outcome: 'added' }] }),
  );
  return { ...facts, plan, outcomes };
}

function ofPrefixList(): Facts {
  const facts = makeFacts({
    rules: [BY_LIST as never],
    prefixLists: new Map([['pl-0office', parseBlockList(['0.0.0.0/0'])]]),
  });
  const rules = { by: 'prefix-list', prefixListId: 'pl-0office' } as const;
  return { ...facts, change: { ...facts.change, eventName: 'ModifyManagedPrefixList', rules } };
}

function found(index: number, wanted: Partial<Found> = {}, port = 22): Found {
  const rule = { ...ruleOn(port, `sgr-0${index}`), GroupId: `sg-0${index}` };
  const { findings } = makeRecord({ ...makeFacts({ rules: [rule] }), outcomes: [] });
  return {
    group: { id: `sg-0${index}`, name: `web-${index}`, ownerId: TARGET.accountId },
    ...{ rules: 6, exempt: 0, findings, openAs: 'reported', isTroubled: false, letIn: new Map() },
    ...wanted,
  };
}

function digest(founds: readonly Found[], wanted: Partial<DigestFacts> = {}): Shown {
  const known = comparisonWith({ seen: ['sgr-01', 'sgr-02'], standing: {} });
  const reached = wanted.exposure?.kind === 'read' ? wanted.exposure.reached : [];
  const kinds = new Map(reached.map(({ ruleId }) => [ruleId, 'reachable'] as const));
  const totals = founds.reduce(
    (sum, one) => addFound(sum, one, linesOf(sum, one, known), known),
    emptyTotals(true),
  );
  return makeDigest({
    ...{
      id: 'sweep/2026-06-01T12:00:00.000Z',
      target: TARGET,
      stage: 'prod',
      audience: AUDIENCE,
      mode: 'report',
    },
    ...{
      startedAt: '2026-06-01T12:00:00Z',
      endedAt: '2026-06-01T12:01:00Z',
      totals: withExposureKinds(totals, kinds),
    },
    ...{
      exposure: undefined,
      evidence: undefined,
      previousAt: '2026-06-01T06:00:00Z',
      gone: 1,
      expiring: 2,
      missed: [],
      hold: undefined,
    },
    ...{ wanted: undefined, wellSince: undefined },
    ...wanted,
  });
}

/** Of these findings, the first is reached. */
function exposureOf(counts: Readonly<Record<string, number>>, one: Found, closed = 0): SweepExposure {
  const [line] = linesOf(emptyTotals(true), one, comparisonWith({ seen: [], standing: {} }));
  const reached = line === undefined ? [] : [{ ...line, exposure: REACHED.group }];
  return { kind: 'read', at: '2026-06-01T12:01:00Z', counts, closed, omitted: 0, reached };
}

const withOutcome = (one: Found, outcome: Outcome['outcome'], detail?: string): Found => ({
  ...one,
  findings: one.findings.map((finding) => ({
    ...finding,
    outcome,
    ...(detail === undefined ? {} : { detail }),
  })),
});

function batch(): Shown {
  const items = [1, 2, 3].map((index) => {
    const facts = {
      ...makeFacts({ groupName: `web-${index}` }),
      id: `${index}beb5d85-3e0f-4000-b7d7-edb9300e0594`,
    };
    const { subject, record } = makeMessage(facts);
    return { ...batchItem(subject, record), groupId: `sg-0${index}` };
  });
  return makeBatch({ target: TARGET, stage: 'prod', now: new Date('2026-06-01T12:15:00Z'), items });
}

const DENIED = 'UnauthorizedOperation: You are not authorized to perform this operation';

/** Each kind by its name; the text says when it comes. */
export const KINDS: Readonly<Record<string, { readonly when: string; readonly make: () => Shown }>> = {
  revoked: {
    when: 'Somebody opened a rule, and Portcullis revoked it',
    make: () => mail({ ...makeFacts(), exposure: REACHED }),
  },
  'revoked-many': {
    when: 'One call opened several rules',
    make: () => mail(makeFacts({ rules: [SSH_FROM_ANYWHERE, MYSQL, ruleOn(3389, 'sgr-0rdp')] })),
  },
  trimmed: {
    when: 'A policy with `action: trim` kept the allowed part of a rule',
    make: () => mail(trimmed()),
  },
  'dry-run': {
    when: 'The deployment is in dry-run mode',
    make: () => mail(makeFacts({ outcome: 'dry-run' })),
  },
  'dry-run-policy': {
    when: 'The deployment enforces, and one policy is in dry run',
    make: () => {
      const facts = makeFacts({ outcome: 'dry-run' });
      const { revoke, ...others } = facts.plan;
      return mail({ ...facts, mode: 'enforce', plan: { ...others, revoke: [], dryRun: revoke } });
    },
  },
  denied: {
    when: 'IAM or a service control policy does not let Portcullis revoke',
    make: () => mail(makeFacts({ outcome: 'denied', detail: DENIED })),
  },
  failed: {
    when: 'EC2 refused to the last try',
    make: () => mail(makeFacts({ outcome: 'failed', detail: 'InternalError: An internal error occurred' })),
  },
  unconfirmed: {
    when: 'EC2 did not answer, and the rule was not seen to be gone',
    make: () =>
      mail(
        makeFacts({ outcome: 'unconfirmed', detail: 'the rule was not seen to be gone: it is still there' }),
      ),
  },
  protected: {
    when: 'The group is protected',
    make: () =>
      mail(
        held({
          because: 'protected',
          protection: 'the group is protected by name=web-* in the setting protect',
        }),
      ),
  },
  waiting: {
    when: 'The breaker holds a rule, and an earlier mail said why',
    make: () => mail(breaker({ isLoud: false })),
  },
  breaker: { when: 'The breaker puts a policy on hold', make: () => mail(breaker({})) },
  stopped: { when: 'Somebody stopped all revoking', make: () => mail(breaker({ because: 'stopped' })) },
  recurring: {
    when: 'The same rule came back for the third time within an hour',
    make: () => {
      const recurring = [{ ruleId: 'sgr-0ssh', name: 'x', times: 3, minutes: 60, isLoud: true }];
      return mail({ ...makeFacts(), checks: { holds: [], recurring } });
    },
  },
  grace: {
    when: 'A policy with `grace` gives people time',
    make: () => {
      const how = { because: 'grace', until: '2026-06-01T12:10:00Z', taskId: 't', isTold: false };
      return mail(ofFirstPolicy(held(how), { grace: 600_000 }));
    },
  },
  'grace-over': {
    when: 'The grace is over, and the rule still violated',
    make: () =>
      mail(ofFirstPolicy({ ...makeFacts(), now: new Date('2026-06-01T12:10:30Z') }, { grace: 600_000 })),
  },
  'still-open': {
    when: 'Another rule of the group lets in the same',
    make: () => mail(makeFacts({ rules: [SSH_FROM_ANYWHERE, ALL_TCP], changed: ['sgr-0ssh'] })),
  },
  foreign: {
    when: 'The group belongs to another account',
    make: () => {
      const facts = held({ because: 'foreign', ownerId: '999999999999' });
      return mail({ ...facts, group: { ...facts.group, ownerId: '999999999999' } });
    },
  },
  notify: {
    when: 'The policy only reports',
    make: () => mail(makeFacts({ rules: [HTTP_ALT] })),
  },
  undecided: {
    when: 'A prefix list cannot be read',
    make: () => mail(makeFacts({ rules: [BY_LIST as never] })),
  },
  'prefix-list': {
    when: 'Somebody edited a prefix list that rules refer to',
    make: () => mail(ofPrefixList()),
  },
  evidence: {
    when: 'Flow logs show that somebody came in while the rule was open',
    make: () => followUp({ grade: 'answered', counts: { accepted: 1, answered: 1, flowing: 0 } }),
  },
  'evidence-flowing': {
    when: 'Flow logs show that connections go on after the revoke',
    make: () => followUp({ grade: 'flowing', counts: { accepted: 0, answered: 0, flowing: 1 } }),
  },
  batch: { when: 'A storm: more than ten mails of one severity within minutes', make: batch },
  digest: {
    when: 'A sweep that reports found something',
    make: () =>
      digest([found(1), found(2, {}, 3306), found(3)], {
        missed: ['sgr-03'],
        exposure: exposureOf({ reachable: 1, blocked: 2 }, found(1)),
      }),
  },
  'digest-enforce': {
    when: 'A sweep that enforces revoked something',
    make: () =>
      digest([withOutcome(found(1), 'denied', DENIED), withOutcome(found(3), 'revoked')], {
        mode: 'enforce',
        exposure: exposureOf({ reachable: 1, unknown: 1 }, withOutcome(found(3), 'revoked'), 1),
        evidence: { kind: 'asked', asked: 1, without: 0, omitted: 0 },
      }),
  },
  'digest-on-hold': {
    when: 'A sweep would revoke too much',
    make: () =>
      digest(
        Array.from({ length: 11 }, (_, index) => found(index + 1, { openAs: 'held' })),
        { mode: 'enforce', hold: { because: 'limit', limit: 10, groups: 11, rules: 11 } },
      ),
  },
  'all-well': {
    when: 'Once a week, where nothing violates',
    make: () => digest([found(1, { findings: [] })], { wellSince: '2026-05-25T12:00:00Z', gone: 0 }),
  },
};
