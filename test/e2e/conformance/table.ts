// The cases as a page of the documentation.
import { type Case, NAMES } from './place.ts';

const INTRODUCTION = `# Where the emulators differ from AWS

This page is for people who write tests. The table shows where moto and ministack do not behave as AWS documents. The sandbox
(\`lib/sandbox/\`), on which the tests and the demo run, does in every row. \`npm run e2e\` asks all three, and fails if one of them no longer
behaves as this page says, for better or worse.

Neither emulator knows associations of groups with VPCs.

\`test/e2e/launch_ministack.py\` adds what Portcullis needs to run on ministack: the filter \`group-id\` of DescribeSecurityGroups, alarms on
expressions, permissions on a prefix list, and events from \`aws.ec2\`, which nobody but AWS may put. EventBridge on ministack invokes
functions without retries and destinations, and uses no dead-letter queue.

\`test/e2e/launch_moto.py\` fixes moto: the validation of templates, the inline policies of a role in a template, VPC Block Public Access,
which moto does not know, and IAM, which looked only at actions and now looks at resources, too. EventBridge on moto invokes no functions, so
the tests run the deployed functions there, with the permissions of the deployed role. CloudFormation on moto creates no alarms, no policies
of topics, queues and buckets, and no settings of asynchronous invocations.
`;

export function makeTable(cases: readonly Case[]): string {
  const rows = cases.map(({ claim, url, deviates = [] }) => [
    `[${claim}](${url})`,
    ...NAMES.map((name) => (deviates.some((other) => other === name) ? '**no**' : 'yes')),
  ]);
  const lines = [['As AWS documents it', ...NAMES], ['---', ...NAMES.map(() => '---')], ...rows];
  return `${INTRODUCTION}\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
