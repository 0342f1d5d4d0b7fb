// The cases as a page of the documentation.
import { type Case, NAMES } from './place.ts';

const INTRODUCTION = `# Where the emulators are not as AWS is

\`npm run e2e\` asks all of this of the sandbox that the tests and the demo run on (\`lib/sandbox/\`), of moto and of ministack.
It fails when one of them stops being as this page says, to the better or the worse.

Neither emulator knows associations of groups with VPCs.

What ministack lacks for the bot to run there at all, \`test/e2e/launch_ministack.py\` adds, and says so: the filter
\`group-id\` of DescribeSecurityGroups, alarms on expressions, permissions on a prefix list, and events from \`aws.ec2\`, which
nobody but AWS may put. Its EventBridge invokes functions without retries and destinations, and tries no dead-letter queue.

\`test/e2e/launch_moto.py\` fixes moto: the validation of templates, the inline policies of a role in a template, VPC Block
Public Access, which it does not know, and IAM, which looked at actions only and now looks at resources, too. Its EventBridge
invokes no functions, so the tests run there what was deployed, with the permissions of the deployed role; and its CloudFormation
makes no alarms, no policies of topics, queues and buckets, and no settings of asynchronous invocations.
`;

export function makeTable(cases: readonly Case[]): string {
  const rows = cases.map(({ claim, url, deviates = [] }) => [
    `[${claim}](${url})`,
    ...NAMES.map((name) => (deviates.some((other) => other === name) ? '**no**' : 'yes')),
  ]);
  const lines = [['As AWS documents it', ...NAMES], ['---', ...NAMES.map(() => '---')], ...rows];
  return `${INTRODUCTION}\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
