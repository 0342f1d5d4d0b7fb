// What the model world of the sweep knows, and what may befall it.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { hashPolicies } from '../../../lib/remediation/fingerprints.ts';
import type { Stored } from '../../../lib/remediation/state.ts';
import type { DigestRecord } from '../../../lib/report/digest/digest.ts';
import type { SweepCommand } from '../../../lib/sweep/command.ts';
import type { FingerprintItem } from '../../../lib/sweep/fingerprints.ts';
import type { StoredSweep, SweepAttempt, SweepTask } from '../../../lib/sweep/state.ts';
import { policyOf } from '../io/world.ts';

export const FAULTS = [
  'crash before',
  'crash after',
  'crash on the way',
  'answer lost',
  'throttled',
  'another invocation',
  'group deleted',
  'rule added',
  'call left out',
] as const;

/** What befalls the nth command of that name within an invocation. */
export interface Fault {
  readonly command: SweepCommand['do'];
  readonly nth: number;
  readonly fault: (typeof FAULTS)[number];
}

/** One invocation: what it is asked, and what befalls it. */
export interface Invocation {
  readonly mode: SweepTask['mode'];
  /** How many of the policies are deployed. */
  readonly policies: 1 | 2;
  readonly isContinuation: boolean;
  /** Whether somebody has released the sweep. */
  readonly isReleased: boolean;
  /** Whether the second policy waits for a person. */
  readonly isOnHold: boolean;
  /** In so many groups EC2 denies every revoke. */
  readonly denied: number;
  /** Milliseconds that it has beside the four minutes that are kept. */
  readonly spare: number;
  readonly faults: readonly Fault[];
}

export interface ModelWorld {
  readonly groups: Map<string, Map<string, AwsSecurityGroupRule>>;
  /** Groups that somebody else has changed. */
  readonly meddledWith: Set<string>;
  sweep: StoredSweep | undefined;
  readonly entries: Map<string, Stored>;
  /** When the first call that no sweep has covered was left out of its event; milliseconds since 1970. */
  wantedSince: number | undefined;
  /** The groups in the items of fingerprints, by generation. */
  readonly fingerprinted: Map<string, Map<number, FingerprintItem['groups']>>;
  now: number;
  /** What the breaker was last asked by each sweep. */
  readonly asked: Map<string, Question>;
  /** Revoked rules, with the sweep that revoked them, by when it began. */
  readonly revoked: Map<string, Revoked>;
  /** Each sweep as it was stored when it was finished. */
  readonly finished: StoredSweep[];
  /** The ids of published digests. */
  readonly published: string[];
  /** How often the network was looked at. */
  looks: number;
  /** The records that flow logs are asked about. */
  readonly evidence: Set<string>;
  /** What was logged and published. */
  readonly said: DigestRecord[];
  /** Digests that were published by an invocation that could not store so. */
  unnoted: number;
  /** What must never happen and did. */
  readonly wrongs: string[];
}

interface Revoked {
  readonly groupId: string;
  readonly startedAt: string;
  readonly mode: SweepTask['mode'] | undefined;
}

interface Question {
  readonly groups: ReadonlySet<string>;
  readonly policies: string;
  readonly isReleased: boolean;
  readonly isHeld: boolean;
  readonly onHold: readonly string[];
}

/** More groups than these hold a sweep. */
export const LIMIT = 2;

export const POLICIES = [policyOf('no-ssh', [22], 'revoke'), policyOf('no-rdp', [3389], 'revoke')];
export class Crash extends Error {}

/** The ports that policies of that hash forbid. */
export function forbiddenBy(policies: string): readonly number[] {
  if (policies === hashPolicies(POLICIES)) return [22, 3389];
  return policies === hashPolicies(POLICIES.slice(0, 1)) ? [22] : [];
}

/** A command, and what befalls it. */
export interface Step<C extends SweepCommand = SweepCommand> {
  readonly attempt: SweepAttempt;
  readonly command: C;
  readonly fault: Fault['fault'] | undefined;
  readonly invocation: Invocation;
}

export function ruleOf(GroupId: string, SecurityGroupRuleId: string, port: number): AwsSecurityGroupRule {
  const traffic = { IpProtocol: 'tcp', FromPort: port, ToPort: port, CidrIpv4: '0.0.0.0/0', IsEgress: false };
  return { GroupId, SecurityGroupRuleId, ...traffic };
}
