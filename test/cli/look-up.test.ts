// `portcullis backtest --lookup`: events of the last 90 days, kept in a directory.

import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudTrailClient,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, expect, it } from 'vitest';
import { lookUp } from '../../cli/backtest/look-up.ts';
import { readTrail } from '../../cli/backtest/read-trail.ts';

const cloudTrail = mockClient(CloudTrailClient);
afterEach(() => cloudTrail.reset());
afterAll(() => cloudTrail.restore());

const NOW = Date.parse('2026-06-01T00:00:00Z');
const HOUR = 3_600_000;
const PLACE = { region: 'eu-west-1' };

/** What there is to look up: one event an hour. */
function event(hours: number) {
  const at = NOW - hours * HOUR;
  const time = new Date(at).toISOString().replace('.000', '');
  const record = {
    ...{
      eventName: 'DeleteSecurityGroup',
      eventSource: 'ec2.amazonaws.com',
      eventTime: time,
      eventID: `e-${at}`,
      awsRegion: 'eu-west-1',
    },
    requestParameters: { groupId: `sg-${hours}` },
    responseElements: { _return: true },
  };
  return { EventTime: new Date(at), CloudTrailEvent: JSON.stringify(record) };
}

/** CloudTrail with these events, two to a page; it fails after so many pages. */
function answerWith(hours: readonly number[], failsAfter = Number.POSITIVE_INFINITY): () => number {
  let pages = 0;
  cloudTrail
    .on(LookupEventsCommand)
    .callsFake(({ LookupAttributes, StartTime, EndTime, NextToken }: LookupEventsCommandInput) => {
      if (LookupAttributes?.[0]?.AttributeValue !== 'DeleteSecurityGroup') return { Events: [] };
      pages += 1;
      if (pages > failsAfter) throw new Error('the line broke');
      const found = hours
        .toSorted((a, b) => a - b)
        .map(event)
        .filter(({ EventTime }) => EventTime >= (StartTime ?? 0) && EventTime <= (EndTime ?? NOW));
      const from = Number(NextToken ?? 0);
      return {
        Events: found.slice(from, from + 2),
        ...(found.length > from + 2 ? { NextToken: String(from + 2) } : {}),
      };
    });
  return () => pages;
}

const directory = () => mkdtempSync(join(tmpdir(), 'lookup-'));
const fetched = async (into: string) => {
  const { events } = await readTrail(into, () => undefined);
  return events.flatMap(({ groupIds }) => groupIds).toSorted();
};
const asked = (into: string, now = NOW, onPart: (done: number) => void = () => undefined) =>
  lookUp(PLACE, { directory: into, days: 90, now: new Date(now), pause: async () => undefined }, onPart);

it('keeps what there is, for a backtest to read', async () => {
  const into = directory();
  answerWith([1, 2, 3, 4, 5]);
  await asked(into);

  expect(await fetched(into)).toEqual(['sg-1', 'sg-2', 'sg-3', 'sg-4', 'sg-5']);
  expect(readdirSync(join(into, 'eu-west-1')).filter((name) => name.endsWith('.json'))).toHaveLength(3);
});

it('resumes after an interruption, and asks for nothing twice but the moment of the interruption', async () => {
  const into = directory();
  answerWith([1, 2, 3, 4, 5, 6], 2);
  await expect(asked(into)).rejects.toThrow('the events cannot be looked up');
  expect(await fetched(into)).toEqual(['sg-1', 'sg-2', 'sg-3', 'sg-4']);

  cloudTrail.reset();
  const pages = answerWith([1, 2, 3, 4, 5, 6]);
  await asked(into);
  expect(await fetched(into)).toEqual(['sg-1', 'sg-2', 'sg-3', 'sg-4', 'sg-5', 'sg-6']);
  expect(pages()).toBeLessThanOrEqual(4);
});

it('asks later only for what is new', async () => {
  const into = directory();
  answerWith([5, 6]);
  await asked(into, NOW - 4 * HOUR);
  cloudTrail.reset();
  const pages = answerWith([1, 2, 5, 6]);
  await asked(into);

  expect(await fetched(into)).toEqual(['sg-1', 'sg-2', 'sg-5', 'sg-6']);
  // Again for the hour in which events may still have come.
  expect(pages()).toBe(2);
});

it('tells how far it is', async () => {
  const parts: number[] = [];
  answerWith([1, 2, 3]);
  await asked(directory(), NOW, (done) => parts.push(done));

  expect(parts).toEqual(parts.toSorted((a, b) => a - b));
  expect(parts.at(-1)).toBe(100);
});
