// Patterns and ids that nothing in AWS can fit: no error, for AWS may name things otherwise one day.
import { isListId } from './list-names.ts';
import { nearest } from './nearest.ts';
import { doubtfulRegion } from './regions.ts';
import type { PolicyDocument } from './schema.ts';
import { fits } from './selector.ts';

interface LintFinding {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A region, or a pattern that may fit one: `eu-west-1`, `eu-*`, `*-1`. */
const REGION = /^([a-z]{2,4}(-[a-z]+)+-\d+|([a-z]{0,4}|[a-z]{2,4}-[a-z\d-]*)(\*[a-z\d-]*)+)$/;
const GROUP = /^sg-[\da-f]+$/;
/** EC2 refuses a name that begins like an id. */
const GROUP_NAME = /^(?!sg-)/;
const [NO_GROUP, NO_NAME] = ['no security group has the id', 'no security group has the name'];
/** An ARN, or a pattern that may fit one. */
const ARN = /^(arn:|(a(r(n)?)?)?\*)/;

/** What of a policy, and of its exceptions, can never match. */
export function lintFindingsIn({ scope, match, exceptions = [] }: PolicyDocument): readonly LintFinding[] {
  return [
    ...unlike(scope?.regions, REGION, 'no AWS region is named', ['scope', 'regions']),
    ...misspelt(scope?.regions),
    ...unlike(scope?.groups?.ids, GROUP, NO_GROUP, ['scope', 'groups', 'ids']),
    ...unlike(scope?.groups?.names, GROUP_NAME, NO_NAME, ['scope', 'groups', 'names']),
    ...nearPrivate(match),
    ...exceptions.flatMap(({ groups, principals = [] }, position) => [
      ...unlike(groups?.ids, GROUP, NO_GROUP, ['exceptions', position, 'groups', 'ids']),
      ...unlike(groups?.names, GROUP_NAME, NO_NAME, ['exceptions', position, 'groups', 'names']),
      ...principals.flatMap((pattern, index) =>
        ofPrincipal(pattern).map((message) => ({
          path: ['exceptions', position, 'principals', index],
          message,
        })),
      ),
    ]),
  ];
}

/** A word that is nearly `private` is a valid name of a prefix list, which most likely nobody has. */
function nearPrivate(match: PolicyDocument['match']): readonly LintFinding[] {
  return (['source', 'destination'] as const).flatMap((key) => {
    const peer = match[key];
    if (typeof peer !== 'object') return [];
    return [peer.outside].flat().flatMap((item, position) => {
      if (item === 'private' || isListId(item) || nearest(item, ['private']) === undefined) return [];
      const message = `\`${item}\` is the name of a prefix list here, did you mean \`private\`?`;
      return [{ path: ['match', key, 'outside', position], message }];
    });
  });
}

/** A pattern is not looked up. */
function misspelt(regions: readonly string[] = []): readonly LintFinding[] {
  return regions.flatMap((region, position) => {
    const message = region.includes('*') || !REGION.test(region) ? undefined : doubtfulRegion(region);
    return message === undefined ? [] : [{ path: ['scope', 'regions', position], message }];
  });
}

function unlike(
  texts: readonly string[] = [],
  form: RegExp,
  what: string,
  path: LintFinding['path'],
): readonly LintFinding[] {
  return texts.flatMap((text, position) =>
    form.test(text)
      ? []
      : [{ path: [...path, position], message: `${what} \`${text}\`: this can never match` }],
  );
}

/** What is wrong with a pattern for who made a change. Names of sessions are free text, but for those that IAM Identity Center sets. */
function ofPrincipal(pattern: string): readonly string[] {
  if (!ARN.test(pattern)) return [`no ARN is \`${pattern}\`: this can never match`];
  const [head = '', role = '', session, ...more] = pattern.split('/');
  if (role === '') {
    return [
      `\`*\` does not stand for a \`/\`: \`${pattern}\` fits the root user at most. Name a user or a role`,
    ];
  }
  if (session === undefined) return ofFederatedUser(head, role);
  const isSession = more.length === 0 && mayBegin(head, 'assumed-role');
  if (!isSession || isAnything(session) || role.startsWith('AWSReservedSSO_')) return [];
  return [
    `whoever assumes a role chooses the session name, so anybody who may assume it can fit \`${session}\`: name the role alone, as \`${head}/${role}/*\``,
  ];
}

/** GetFederationToken makes a session, too (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html). */
function ofFederatedUser(head: string, name: string): readonly string[] {
  if (isAnything(name) || !mayBegin(head, 'federated-user')) return [];
  return [
    `whoever calls GetFederationToken chooses the name, so anybody who may call it can fit \`${name}\`: name a user or a role`,
  ];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const PARTITIONS = [
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
  'aws-eusc',
];

/** True when the ARNs of such sessions may begin like that, in some account. */
function mayBegin(head: string, kind: 'assumed-role' | 'federated-user'): boolean {
  const ofAnyAccount = head.replace(/\d/g, '0');
  return PARTITIONS.some((partition) => fits(`arn:${partition}:sts::000000000000:${kind}`, [ofAnyAccount]));
}

function isAnything(pattern: string): boolean {
  return /^\*+$/.test(pattern);
}
