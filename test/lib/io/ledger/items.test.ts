// How large an item may become before its body is written with less in it.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readItem, writeItem } from '../../../../lib/io/ledger/items.ts';
import { createAccount, dynamoOf } from '../../../../lib/sandbox/index.ts';

interface Body {
  readonly text: string;
}

const ledger = {
  client: dynamoOf(createAccount({ accountId: '111122223333', region: 'eu-west-1' })),
  table: 'ledger',
};
const smaller = () => ({ text: 'smaller' });
/** A text that packs to about so many bytes: nothing makes random bytes shorter. */
const textOf = (bytes: number) => randomBytes(bytes).toString('base64');
/** As much as the attributes beside a body may take. */
const attributesOf = (id: string) => ({ id: { S: id }, note: { S: 'x'.repeat(15_000) } });

describe('the body of an item', () => {
  it('is written whole while it fits', async () => {
    const text = textOf(375_000);

    await writeItem<Body>(ledger, attributesOf('fits'), { text, version: 0 }, { smaller });

    expect((await readItem<Body>(ledger, 'fits'))?.text === text).toBe(true);
  });

  it('has less in it where it would not fit beside the attributes', async () => {
    const text = textOf(393_000);

    await writeItem<Body>(ledger, attributesOf('large'), { text, version: 0 }, { smaller });

    expect((await readItem<Body>(ledger, 'large'))?.text).toBe('smaller');
  });

  it('is refused by DynamoDB where it would not fit and cannot be smaller', async () => {
    const writing = writeItem<Body>(ledger, attributesOf('huge'), { text: textOf(400_000), version: 0 });

    await expect(writing).rejects.toThrow('Item size has exceeded the maximum allowed size');
  });
});
