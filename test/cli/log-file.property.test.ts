// The records of a log file are those that JSON.parse finds.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recordsInLogFile } from '../../cli/backtest/log-file.ts';
import { REPLAYED_CALLS } from '../../lib/backtest/replayed-calls.ts';
import { RUNS } from '../runs.ts';

const tricky = fc.constantFrom(
  'x',
  ',{"eventVersion":"1"}',
  '"eventName":"DeleteSecurityGroup"',
  ']}',
  '\\"',
  '{"eventVersion"',
);
const record = fc.record({
  eventVersion: fc.constant('1.11'),
  userAgent: tricky,
  eventName: fc.constantFrom(
    'DeleteSecurityGroup',
    'AuthorizeSecurityGroupIngress',
    'AssumeRole',
    'DeleteSecurityGroups',
  ),
  requestParameters: fc.oneof(
    fc.constant(null),
    tricky,
    fc.record({ eventVersion: tricky }),
    fc.record({ eventName: fc.constantFrom('CreateTags') }),
  ),
});

it('finds what JSON.parse finds, or leaves it to JSON.parse', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 6 }), (records) => {
      const found = recordsInLogFile(JSON.stringify({ Records: records }));
      if (found === undefined) return;
      const named = (all: readonly unknown[]) =>
        all.filter((one) => REPLAYED_CALLS.includes(String((one as { eventName?: unknown }).eventName)));

      expect(named(found.records)).toEqual(named(records));
    }),
    RUNS,
  );
});

it('takes log files as CloudTrail writes them', () => {
  const records = [
    { eventVersion: '1', eventName: 'AssumeRole' },
    { eventVersion: '1', eventName: 'DeleteSecurityGroup' },
  ];

  expect(recordsInLogFile(JSON.stringify({ Records: records }))).toEqual({
    records: records.slice(1),
    count: 2,
  });
  expect(recordsInLogFile(JSON.stringify({ Records: records }, null, 1))).toBeUndefined();
});
