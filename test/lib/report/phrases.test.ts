// A rule in words, where what it refers to is not of this account.
import { expect, it } from 'vitest';
import { ruleInWords } from '../../../lib/report/phrases.ts';
import { parseRule } from '../../../lib/rule.ts';
import { tcp } from '../io/world.ts';

const OWN = '111122223333';
const reference = (UserId?: string) =>
  ruleInWords(
    parseRule({
      ...tcp('sgr-1', 22, { ReferencedGroupInfo: { GroupId: 'sg-0peer', ...(UserId && { UserId }) } }),
      GroupOwnerId: OWN,
    }),
  );

it.each([
  ['999999999999', 'SSH (tcp/22) from members of sg-0peer of account 999999999999'],
  [OWN, 'SSH (tcp/22) from members of sg-0peer'],
  [undefined, 'SSH (tcp/22) from members of sg-0peer'],
])('a group of account %s is named with its account where that is another one', (owner, words) => {
  expect(reference(owner)).toBe(words);
});
