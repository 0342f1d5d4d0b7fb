// All that the doctor reads, each with what came of reading it.
import type { PrefixLists } from '../../lib/evaluate/prefix-lists.ts';
import type { SeenFunction, SeenRule, StackResource } from '../../lib/io/aws/deployed.ts';
import type { SeenFlowLog } from '../../lib/io/aws/flow-logs.ts';
import type { Measured, SeenAlarm, SeenSubscription } from '../../lib/io/aws/monitoring.ts';
import type { Stack } from '../../lib/io/aws/stack.ts';
import type { SeenTrail } from '../../lib/io/aws/trails.ts';
import type { Due } from '../../lib/io/ledger/due.ts';
import type { BreakerState } from '../../lib/plan/breaker-state.ts';
import type { PolicyDocument } from '../../lib/policy/schema.ts';
import type { StageSettings } from '../../lib/settings/deployment.ts';
import type { Sweep } from '../../lib/sweep/state.ts';
import type { Reading } from './reading.ts';

export interface FunctionFacts {
  readonly name: string;
  readonly configuration: Reading<SeenFunction>;
  readonly concurrency: Reading<number | undefined>;
  /** Who may invoke it, as JSON. */
  readonly policy: Reading<string>;
  /** How often it failed in the last day, hour by hour, the newest first. */
  readonly errors: Reading<readonly Measured[]>;
}

export interface QueueFacts {
  readonly depth: Reading<number>;
  /** The seconds that its oldest message has waited, the newest value first. */
  readonly age: Reading<readonly Measured[]>;
}

export interface DeploymentFacts {
  readonly stage: string;
  readonly now: Date;
  readonly stack: Stack;
  readonly resources: Reading<readonly StackResource[]>;
  readonly trails: Reading<readonly SeenTrail[]>;
  /** When rules were opened lately, ISO 8601. */
  readonly openings: Reading<readonly string[]>;
  /** How many events the rules matched, hour by hour, the newest first. */
  readonly matched: Reading<readonly Measured[]>;
  readonly rules: Reading<readonly SeenRule[]>;
  readonly functions: readonly FunctionFacts[];
  /** The flow logs that write to the log groups of the settings. */
  readonly flowLogs: Reading<readonly SeenFlowLog[]>;
  /** The state of what hands the retry queue to the function. */
  readonly mappings: Reading<readonly string[]>;
  readonly retryQueue: QueueFacts;
  readonly deadLetters: QueueFacts;
  readonly keys: Reading<readonly { readonly id: string; readonly state: string }[]>;
  readonly alarms: Reading<readonly SeenAlarm[]>;
  readonly subscriptions: Reading<readonly SeenSubscription[]>;
  /** The ids of groups that self-tests have made and not deleted. */
  readonly testGroups: Reading<readonly string[]>;
  readonly sweep: Reading<Sweep | undefined>;
  readonly breaker: Reading<BreakerState>;
  readonly due: Reading<readonly Due[]>;
  /** What the stack is made of, as it was sent to CloudFormation. */
  readonly template: Reading<unknown>;
  /** What the settings say of the stage; undefined where there are none, or it is not in them. */
  readonly settings: StageSettings | undefined;
  /** The policies of this clone. */
  readonly policies: readonly PolicyDocument[];
  /** What was read of the prefix lists that they name. */
  readonly lists: Reading<PrefixLists>;
}
