// Which events the patterns of the packaged event rules let through, by the emulator's matching of patterns.
import { readdirSync, readFileSync } from 'node:fs';
import { TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { connect } from './aws.ts';
import { copyProject, serverless } from './project.ts';
import { patternsIn, readTemplate } from './template.ts';

const FOLDER = 'test/fixtures/events';
const ABOUT_RULES = 0;
const ABOUT_TAGS = 1;

/** What neither rule lets through: calls that failed, and calls that open nothing. */
const NEITHER = [
  'authorize-ingress-cli-denied-unauthorized-operation',
  'authorize-ingress-dry-run',
  'authorize-ingress-error-code-null-two-halves-of-the-world', // CloudTrail leaves errorCode out; an archive wrote it
  'authorize-ingress-refused-as-duplicate',
  'create-security-group-cli-denied-no-vpc',
  'create-tags-synthetic-by-autoscaling-service',
  'delete-security-group-by-eks-service-dependency-violation',
  'delete-security-group-terraform',
  'encoding-reference-create-flow-logs-scalar-list',
  'encoding-reference-create-nat-gateway-request-list-and-coercion',
  'records-file-synthetic-open-ssh-but-denied',
  'revoke-egress-terraform-default-rule',
  'revoke-ingress-by-a-lambda-cut',
  'revoke-ingress-flat-form-ssh-world',
  'revoke-ingress-terraform-with-revoked-rule-set-2026',
];
const TAGS = ['delete-tags-of-a-rule', 'eventbridge-create-tags-on-a-group-and-an-instance'];
/** Not whole records: no event has them. */
const FRAGMENTS = [
  'eventbridge-fragment-authorize-by-group-name',
  'eventbridge-minimal-synthetic-rdp-private',
  'eventbridge-minimal-synthetic-ssh-world',
  'fragment-request-parameters-three-items',
];

const aws = connect(inject('ministack').url, 'us-west-1');
const fixtures = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', ''))
  .filter((name) => !FRAGMENTS.includes(name));
let patterns: readonly string[];

/** The places of the rules whose patterns let an event through. */
async function passes(event: object): Promise<readonly number[]> {
  const answers = await Promise.all(
    patterns.map((EventPattern) =>
      aws.eventBridge.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) })),
    ),
  );
  return answers.flatMap(({ Result }, place) => (Result === true ? [place] : []));
}

/** The record of a fixture, in the envelope that EventBridge gives to a call that CloudTrail reports. */
function eventOf(name: string) {
  const content = JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8'));
  return {
    ...{ version: '0', id: '6f1c1f0e-8c1e-4a4e-9f0c-2b8f0f5d8a11', account: '111122223333' },
    ...{ source: 'aws.ec2', 'detail-type': 'AWS API Call via CloudTrail' },
    ...{ time: '2026-02-10T14:03:29Z', region: 'eu-west-1', resources: [] },
    detail: content.detail ?? content.Records?.[0] ?? content,
  };
}

function expectedOf(name: string): readonly number[] {
  if (NEITHER.includes(name)) return [];
  return [TAGS.includes(name) ? ABOUT_TAGS : ABOUT_RULES];
}

beforeAll(async () => {
  const folder = copyProject();
  await serverless(folder, aws, 'package');
  patterns = patternsIn(readTemplate(folder)).map((pattern) => JSON.stringify(pattern));
});

describe('the patterns of the event rules', () => {
  it.each(fixtures)('let through what they should of %s', async (name) => {
    expect(await passes(eventOf(name))).toEqual(expectedOf(name));
  });

  it('let nothing through from another source, of another kind or of another service', async () => {
    const event = eventOf('authorize-ingress-terraform-ssh-world-2026');
    const others = [
      { ...event, source: 'aws.rds' },
      { ...event, 'detail-type': 'AWS Console Action via CloudTrail' },
      { ...event, detail: { ...event.detail, eventSource: 'rds.amazonaws.com' } },
    ];

    expect(await Promise.all([event, ...others].map(passes))).toEqual([[ABOUT_RULES], [], [], []]);
  });
});
