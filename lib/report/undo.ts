// The command that puts a rule back exactly as it was.
import { ownTags, type SecurityGroupRule, toIpPermission } from '../rule.ts';
import { shellQuote } from './text.ts';

/** Tags can make a command longer than any message may be; the rule itself is always in the log. */
const LONGEST = 2000;

/** An AWS CLI command that makes the same rule again, with description and tags; undefined if it is too long to send. */
export function undoCommand(rule: SecurityGroupRule, region: string): string | undefined {
  const words = [
    'aws ec2',
    `authorize-security-group-${rule.direction}`,
    `--region ${shellQuote(region)}`,
    `--group-id ${shellQuote(rule.groupId)}`,
    `--ip-permissions ${shellQuote(harmlessJson([toIpPermission(rule)]))}`,
  ];
  const tags = ownTags(rule);
  const specification = [{ ResourceType: 'security-group-rule', Tags: tags }];
  const tagged = tags.length === 0 ? [] : [`--tag-specifications ${shellQuote(harmlessJson(specification))}`];
  const command = [...words, ...tagged].join(' ');
  return command.length <= LONGEST ? command : undefined;
}

/** JSON that means the same, with everything escaped that a mail client, chat or terminal would act on. */
function harmlessJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^\x20-\x7e]|[<>`]|\.(?=[A-Za-z])|\/(?=\/)/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
