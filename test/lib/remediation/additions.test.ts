// Which live rules the bot made itself, and how an attempt that is not done says so.
import { describe, expect, it } from 'vitest';
import { isOwnAddition, recordTag } from '../../../lib/remediation/additions.ts';
import { BusyError, failed, inShort, unfinishedError } from '../../../lib/remediation/errors.ts';
import type { Attempt } from '../../../lib/remediation/state.ts';
import { contentOf, parseRule } from '../../../lib/rule.ts';
import { tcp } from '../io/world.ts';

const live = (Tags?: readonly object[]) =>
  parseRule({ ...tcp('sgr-1', 22), ...(Tags && { Tags: Tags as never }) });

/** An attempt at an entry that added the rule, and got this answer. */
function attempt(answer?: object, id = 'event-1'): Attempt {
  const additions = answer === undefined ? [] : [[contentOf(live()), answer] as const];
  return { entry: { id }, additions: new Map(additions) } as unknown as Attempt;
}

describe('a live rule', () => {
  const accepted = { answer: { kind: 'accepted' } };

  it.each([
    [true, 'that EC2 accepted without an id', live(), attempt(accepted)],
    [true, 'that EC2 accepted with this id', live(), attempt({ ...accepted, id: 'sgr-1' })],
    [false, 'that EC2 accepted with another id', live(), attempt({ ...accepted, id: 'sgr-2' })],
    [false, 'that EC2 refused', live(), attempt({ answer: { kind: 'duplicate' } })],
    [true, 'with the tag of this record', live([{ Key: 'a', Value: 'b' }, recordTag('event-1')]), attempt()],
    [false, 'with the tag of another record', live([recordTag('event-2')]), attempt()],
    [false, 'with another tag that names the record', live([{ Key: 'by', Value: 'event-1' }]), attempt()],
    [false, 'without tags', live(), attempt()],
    [
      false,
      'of a try that has no entry yet',
      live([recordTag('event-1')]),
      { ...attempt(), entry: undefined } as never,
    ],
  ])('is the bot’s own, %j: one %s', (isOwn, _, rule, of) => {
    expect(isOwnAddition(rule, of)).toBe(isOwn);
  });

  it('is known by a tag that EC2 takes, however long the name of the record is', () => {
    const id = 'e'.repeat(300);

    expect(recordTag(id)).toEqual({ Key: 'portcullis:record', Value: 'e'.repeat(256) });
    expect(isOwnAddition(live([recordTag(id)]), attempt(undefined, id))).toBe(true);
  });
});

describe('an attempt that is not done', () => {
  it('names the rules that are still open, and why', () => {
    const outcomes = (['revoked', 'failed', 'denied', 'unconfirmed'] as const).map((outcome) => ({
      ...{ rule: parseRule(tcp(`sgr-${outcome}`, 22)), outcome, detail: 'no' },
    }));
    const error = unfinishedError(outcomes);

    expect([error.name, error.message]).toEqual([
      'RevocationError',
      'not revoked: sgr-failed: no; sgr-unconfirmed: no',
    ]);
    expect(failed(error)).toEqual({ kind: 'failed', error });
    expect(new BusyError('x').name).toBe('BusyError');
  });

  it('says so in a text that fits into the queue', () => {
    const text = inShort(Array.from({ length: 30 }, () => 'x'.repeat(600)));

    expect(text).toBe(`${`${'x'.repeat(500)}; `.repeat(10)}... and 20 more in the log`);
  });
});
