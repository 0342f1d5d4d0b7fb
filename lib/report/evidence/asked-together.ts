// What a message about many groups says of flow logs: how many of these are checked for who came in.
import type { Labelled } from '../mail/rows.ts';
import { type Deployed, ownCommand } from '../own-commands.ts';
import { counted } from '../phrases.ts';
import { sanitize } from '../sanitize.ts';

/** Plain JSON. */
export type AskedTogether =
  | {
      readonly kind: 'asked';
      /** How many remediations flow logs are asked about. */
      readonly asked: number;
      /** How many have no flow log that can be asked. */
      readonly without: number;
      /** How many were left out, because there are too many; they are less severe. */
      readonly omitted: number;
    }
  | { readonly kind: 'unread'; readonly because: string };

/** The row of the mail; nothing where nobody wants to know, or nothing inbound was revoked. */
export function askedTogetherRow(deployed: Deployed, of: AskedTogether | undefined): Labelled {
  return { label: 'Flow logs', lines: of === undefined ? [] : linesOf(deployed, of) };
}

function linesOf(deployed: Deployed, of: AskedTogether): readonly string[] {
  const byHand = `By hand: ${ownCommand(deployed, 'evidence <record>')}`;
  if (of.kind === 'unread')
    return [
      `They could not be looked up, so nobody checks who came in: ${sanitize(of.because, 300)}.`,
      byHand,
    ];
  const { asked, without, omitted } = of;
  return [
    ...(asked === 0
      ? []
      : [
          `Checked for ${counted(asked, 'group')} 15 and 60 minutes after the revoke. Another message follows for each where somebody came in.`,
        ]),
    ...(without === 0
      ? []
      : [`${counted(without, 'group')} ${without === 1 ? 'has' : 'have'} no flow log that can be searched.`]),
    ...(omitted === 0
      ? []
      : [`${counted(omitted, 'less severe group')} ${omitted === 1 ? 'is' : 'are'} not checked.`, byHand]),
  ];
}
