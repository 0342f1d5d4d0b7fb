// Whether flow logs will say who came in, as the first message has it.
import type { Facts } from './facts.ts';
import { sanitize, shellQuote } from './sanitize.ts';

/** The fields of the default format that matter, and the flags that tell who opened a connection. */
const FORMAT = [
  ...['interface-id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets', 'bytes'],
  ...['start', 'end', 'action', 'log-status', 'tcp-flags', 'pkt-dstaddr'],
];

/** One sentence; nothing where nobody wants to know, or it could not be looked up. */
export function flowLogsInWords({ exposure, target }: Facts): readonly string[] {
  const note = exposure?.flowLogs;
  switch (note?.kind) {
    case undefined:
      return [];
    case 'asked':
      return [
        'Checked 15 and 60 minutes after the revoke. A second message follows only if somebody came in.',
      ];
    case 'unusable':
      return [`They cannot say who came in: ${sanitize(note.because, 300)}.`];
    case 'none':
      if (note.isNews === false) return [];
      return [
        `None for ${sanitize(note.vpcId)}, so nobody can say who came in. Switch them on: ${commandFor(note, target.region)}`,
      ];
  }
}

/** Whoever runs it names the role that may write the log group. */
function commandFor({ vpcId, logGroup }: { vpcId: string; logGroup: string }, region: string): string {
  const format = shellQuote(FORMAT.map((name) => `\${${name}}`).join(' '));
  return [
    `aws ec2 create-flow-logs --region ${shellQuote(region)} --resource-type VPC --resource-ids ${shellQuote(vpcId)}`,
    `--traffic-type ALL --max-aggregation-interval 60 --log-group-name ${shellQuote(logGroup)}`,
    `--deliver-logs-permission-arn ROLE_ARN --log-format ${format}`,
  ].join(' ');
}
