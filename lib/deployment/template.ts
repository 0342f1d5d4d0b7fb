// What a CloudFormation template of Portcullis puts in force, whether it is about to be deployed or was deployed long ago.
import { type Manifest, readManifest } from './manifest.ts';

/** A subscription that the template makes. */
export interface TemplateSubscription {
  /** Its logical id in the template. */
  readonly resource: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** The values of message attributes that it lets through; empty for everything. */
  readonly filter: Readonly<Record<string, readonly string[]>>;
}

/** The settings and policies that a template puts in force. */
export interface InForce {
  /** The variables of all functions that are written out, by name. */
  readonly variables: Readonly<Record<string, string>>;
  /** What no function reads: schedule, alarm and retention, by the names of the parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly subscriptions: readonly TemplateSubscription[];
  /** Undefined for a deployment of a release without manifests. */
  readonly manifest: Manifest | undefined;
}

/** The logical ids of the functions. */
export const FUNCTIONS = [
  ...(['RemediateLambdaFunction', 'SweepLambdaFunction', 'TickLambdaFunction'] as const),
  'EvidenceLambdaFunction',
] as const;

/** What a template puts in force. What is not there, or is no text of its own, is left out. */
export function inForceBy(template: unknown): InForce {
  const resources = recordOf(template, 'Resources');
  const property = (resource: string, name: string) => recordOf(resources[resource], 'Properties')[name];
  const parameters = {
    sweepRate: property('SweepEventsRuleSchedule1', 'ScheduleExpression'),
    sweepMaxAge: property('SweepAgeAlarm', 'Threshold'),
    logRetention: property('RemediateLogGroup', 'RetentionInDays'),
  };
  return {
    variables: Object.assign({}, ...FUNCTIONS.map((name) => variablesOf(template, name))),
    parameters: writtenOut(parameters),
    subscriptions: Object.entries(resources).flatMap(subscriptionIn),
    manifest: readManifest(recordOf(template, 'Metadata')),
  };
}

/** The variables of one function that the template writes out: the others only CloudFormation knows. */
export function variablesOf(template: unknown, functionId: string): Readonly<Record<string, string>> {
  const properties = recordOf(recordOf(template, 'Resources')[functionId], 'Properties');
  return writtenOut(recordOf(properties.Environment, 'Variables'));
}

/** The log groups of flow logs that the role may read. */
export function readableLogGroups(template: unknown): readonly string[] {
  const { PolicyDocument } = recordOf(recordOf(template, 'Resources').EvidencePolicy, 'Properties');
  // CloudFormation joins their ARNs.
  return [...JSON.stringify(PolicyDocument ?? {}).matchAll(/"log-group","([^"]+)",/g)].map(
    ([, name = '']) => name,
  );
}

/** Whether the ledger stays when the stack is deleted. */
export function isLedgerKept(template: unknown): boolean {
  const { DeletionPolicy } = recordOf(recordOf(template, 'Resources'), 'Ledger');
  return DeletionPolicy === 'Retain' || DeletionPolicy === 'RetainExceptOnCreate';
}

function subscriptionIn([resource, definition]: readonly [string, unknown]): readonly TemplateSubscription[] {
  if (!isRecord(definition) || definition.Type !== 'AWS::SNS::Subscription') return [];
  const { Protocol, Endpoint, FilterPolicy } = recordOf(definition, 'Properties');
  // An empty address is the mail subscription of a stage without mail: its condition leaves it out.
  if (typeof Endpoint !== 'string' || Endpoint === '') return [];
  const filter = Object.entries(isRecord(FilterPolicy) ? FilterPolicy : {}).map(([name, values]) => [
    name,
    (Array.isArray(values) ? values : [values]).map((value) =>
      typeof value === 'string' ? value : JSON.stringify(value),
    ),
  ]);
  return [{ resource, protocol: `${Protocol}`, endpoint: Endpoint, filter: Object.fromEntries(filter) }];
}

function writtenOut(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, `${value}`]] : [],
    ),
  );
}

function recordOf(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const inner = isRecord(value) ? value[key] : undefined;
  return isRecord(inner) ? inner : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
