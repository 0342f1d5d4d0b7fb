// The way into the console: only by the access portal of the owner, for a plain link opens whichever account is signed in.
import type { Facts } from './facts.ts';

/** The domains of the console (https://docs.aws.amazon.com/general/latest/gr/console-service.html). */
const CONSOLES: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The portal's link to the group; none where no portal is set. */
export function consoleLink({
  audience,
  group,
  target,
}: Pick<Facts, 'audience' | 'group' | 'target'>): readonly string[] {
  const { portal } = audience;
  const domain = CONSOLES[target.partition];
  if (portal === undefined || domain === undefined) return [];
  const { region } = target;
  const page = `https://${region}.${domain}/ec2/home?region=${region}#SecurityGroup:groupId=${group.id}`;
  return [
    portal.replaceAll('{account}', group.ownerId).replaceAll('{destination}', encodeURIComponent(page)),
  ];
}
