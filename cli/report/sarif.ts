// Findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), within what GitHub takes
// (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
import type { Invocation, Log, ReportingDescriptor, Result, Run } from 'sarif';
import type { Policy } from '../../lib/policy/policy.ts';
import { SEVERITIES, type Severity } from '../../lib/policy/severity.ts';
import { counted } from '../../lib/report/phrases.ts';
import { VERSION } from '../version.ts';
import { makeWorst } from './worst.ts';

/** One policy about one rule, at the place in a repository where somebody can do something about it. */
export interface SarifFinding {
  readonly policyId: string;
  readonly severity: Severity;
  readonly isUndecided: boolean;
  /** Of findings of one severity, those of lower order come first. */
  readonly order?: number;
  /** What is wrong where, in a first sentence of its own; then why. */
  readonly message: string;
  readonly place: FilePlace;
  /** What is found fault with, where that is no file. */
  readonly resource?: { readonly name: string; readonly path: string };
  /** Equal in two runs for what is the same finding. */
  readonly fingerprint: string;
  /** Only where there is a baseline: whether it is in it. */
  readonly isKnown?: boolean | undefined;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** A line of a file; the path is relative to the root of its repository, with forward slashes. */
export interface FilePlace {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface SarifReport {
  /** Findings of one category are one run: `111122223333/eu-west-1`, for example. */
  readonly add: (category: string, finding: SarifFinding) => void;
  /** Categories that were looked at have a run even without findings: it closes on GitHub what an earlier one opened. */
  readonly end: (categories: readonly string[]) => Log;
}

/** GitHub shows no more of them, and refuses files of more runs (and larger ones, which so few findings never are). */
const MOST_FINDINGS = 5000;
const MOST_RUNS = 20;
/** So many characters are shown of a description. */
const LONGEST = 1024;
/** Findings of one severity have orders below this. */
const ORDERS = 10;

/** A report about these policies, of which it holds the worst findings alone. */
export function makeSarif(policies: readonly Policy[]): SarifReport {
  const worst = makeWorst<readonly [category: string, finding: SarifFinding]>(MOST_FINDINGS);
  return {
    add: (category, finding) => {
      const { severity, isUndecided, order = 0 } = finding;
      const inSeverity = isUndecided ? ORDERS - 1 : Math.min(order, ORDERS - 2);
      worst.add(SEVERITIES.indexOf(severity) * ORDERS + inSeverity, [category, finding]);
    },
    end: (categories) => {
      const found = Map.groupBy(worst.list(), ([category]) => category);
      const all = [...new Set([...found.keys(), ...categories])];
      const shown = all.slice(0, MOST_RUNS).map((category) => {
        return { category, findings: (found.get(category) ?? []).map(([, finding]) => finding) };
      });
      const kept = shown.reduce((sum, { findings }) => sum + findings.length, 0);
      const cut = { findings: worst.count() - kept, runs: all.length - shown.length };
      return {
        $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
        version: '2.1.0',
        runs: shown.map((run) => makeRun(run, policies.map(descriptorOf), invocationOf(cut))),
      };
    },
  };
}

interface Cut {
  readonly findings: number;
  readonly runs: number;
}

/** Says what the file leaves out. */
function invocationOf({ findings, runs }: Cut): Invocation {
  if (findings === 0 && runs === 0) return { executionSuccessful: true };
  const text = [
    `Left out: ${counted(findings, 'finding')}${runs === 0 ? '' : `, and ${counted(runs, 'place')}`}.`,
    `This file has the most severe ${MOST_FINDINGS} findings of at most ${MOST_RUNS} accounts and regions: GitHub shows no more.`,
    'The other formats have all of them.',
  ].join(' ');
  return {
    executionSuccessful: true,
    toolExecutionNotifications: [{ level: 'warning', message: { text } }],
  };
}

function makeRun(
  { category, findings }: { readonly category: string; readonly findings: readonly SarifFinding[] },
  rules: ReportingDescriptor[],
  invocation: Invocation,
): Run {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  return {
    tool: { driver: { name: 'Portcullis', semanticVersion: VERSION, rules } },
    // What follows the last slash tells runs of one category apart.
    automationDetails: { id: `${category}/` },
    invocations: [invocation],
    columnKind: 'utf16CodeUnits',
    results: findings.map((finding) => resultOf(finding, indexes.get(finding.policyId))),
  };
}

/** GitHub makes its four severities of such scores. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
};

const LEVELS = { critical: 'error', high: 'error', medium: 'warning', low: 'note' } as const;

function descriptorOf({ id, title, description, references, severity }: Policy): ReportingDescriptor {
  const help = [description, ...references.map((one) => `- ${one}`)].join('\n');
  return {
    id,
    name: id,
    shortDescription: { text: shorten(title) },
    fullDescription: { text: shorten(description) },
    help: { text: help },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ['security', 'aws', 'security-group'],
      precision: 'very-high',
      'security-severity': SCORES[severity],
    },
  };
}

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;
}

function resultOf(finding: SarifFinding, ruleIndex: number | undefined): Result {
  const { policyId, severity, isUndecided, message, place, resource, fingerprint, isKnown, properties } =
    finding;
  return {
    ruleId: policyId,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: isUndecided ? 'warning' : LEVELS[severity],
    message: { text: withoutLinks(message) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(place.path) },
          region: { startLine: place.line, startColumn: 1, endLine: place.line, endColumn: 2 },
        },
        ...(resource === undefined
          ? {}
          : {
              logicalLocations: [
                { name: resource.name, fullyQualifiedName: resource.path, kind: 'resource' },
              ],
            }),
      },
    ],
    // Of these GitHub looks at the first alone.
    partialFingerprints: { primaryLocationLineHash: fingerprint, 'portcullis/v1': fingerprint },
    ...(isKnown === undefined ? {} : { baselineState: isKnown ? ('unchanged' as const) : ('new' as const) }),
    properties: { severity, verdict: isUndecided ? 'undecided' : 'violation', ...properties },
  };
}

/** `[text](1)` would be a link. */
function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
