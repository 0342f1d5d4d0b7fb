// The command that puts a rule back exactly as it was.
import { type SecurityGroupRule, toIpPermission } from '../rule.ts';
import { shellQuote } from './text.ts';

/** An AWS CLI command that makes the same rule again, with its description and tags. */
export function undoCommand(rule: SecurityGroupRule, region: string): string {
  const words = [
    'aws ec2',
    `authorize-security-group-${rule.direction}`,
    `--region ${shellQuote(region)}`,
    `--group-id ${shellQuote(rule.groupId)}`,
    `--ip-permissions ${shellQuote(harmlessJson([toIpPermission(rule)]))}`,
  ];
  const tags = rule.aws.Tags ?? [];
  if (tags.length === 0) return words.join(' ');
  const specification = [{ ResourceType: 'security-group-rule', Tags: tags }];
  return [...words, `--tag-specifications ${shellQuote(harmlessJson(specification))}`].join(' ');
}

/** JSON that means the same, with everything escaped that a mail client, chat or terminal would act on. */
function harmlessJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^\x20-\x7e]|[<>`]|\.(?=[A-Za-z])|\/(?=\/)/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
