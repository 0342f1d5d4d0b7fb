// Reading what flow logs recorded, from CloudWatch Logs. Interfaces have a stream each, so no pattern is needed.
import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { LinesByInterface } from '../../evidence/evidence.ts';
import { isUsable, whyUnusable } from '../../evidence/flow-log.ts';
import { type FlowFormat, type FlowLine, parseLine } from '../../evidence/flow-record.ts';
import { type AskedInterface, concerns, type Question } from '../../evidence/question.ts';
import { LOOK_BACK, TOLERANCE } from '../../evidence/window.ts';
import { asError } from './errors.ts';

export interface ReadLines {
  readonly lines: LinesByInterface;
  /** What could not be read, and why. */
  readonly unread: readonly string[];
  /** The errors of log groups that could not be read at all. */
  readonly errors: readonly Error[];
}

export interface LogReading {
  readonly logs: CloudWatchLogsClient;
  readonly now: () => Date;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** The log groups that may be read; undefined where that is left to the caller's rights. */
  readonly readable: readonly string[] | undefined;
  /** Milliseconds until the process is stopped; undefined where nobody stops it. */
  readonly timeLeft?: () => number;
}

/** Of ten thousand records at most, for all interfaces together. */
const MOST_PAGES = 40;
/** Milliseconds between calls: some regions allow five a second (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html). */
const PACE = 250;
/** Milliseconds that are left to report what was read. */
const RESERVE = 30_000;
/** Milliseconds that a record covers at most: it is found by its start. */
const LONGEST_RECORD = 600_000;
/** Milliseconds after the closing at which connections that still go on have shown. */
const AFTERWARDS = 7_200_000;

/** The lines of all interfaces of a question around the time that it is about. */
export async function readLines(reading: LogReading, question: Question): Promise<ReadLines> {
  const lines = new Map<string, readonly FlowLine[]>();
  const unread: string[] = [];
  const errors: Error[] = [];
  let left = MOST_PAGES;
  for (const one of question.interfaces) {
    const found: FlowLine[] = [];
    for (const group of logGroupsOf(one, reading, unread)) {
      const read = await readStream(reading, question, one, group, left);
      left -= read.pages;
      found.push(...read.lines);
      if (read.unread !== undefined) unread.push(read.unread);
      if (read.error !== undefined) errors.push(read.error);
    }
    lines.set(one.id, found);
  }
  return { lines, unread: [...new Set(unread)], errors };
}

/** The log groups to read of an interface; where there are none, why. */
function logGroupsOf(
  { flowLogs }: AskedInterface,
  { readable }: LogReading,
  unread: string[],
): readonly string[] {
  const usable = flowLogs.filter((log) => isUsable(log, readable ?? [log.logGroup ?? '']));
  if (usable.length === 0) unread.push(...flowLogs.map(whyUnusable));
  return [...new Set(usable.flatMap(({ logGroup }) => logGroup ?? []))];
}

interface StreamRead {
  readonly lines: readonly FlowLine[];
  readonly pages: number;
  readonly unread?: string;
  readonly error?: Error;
}

/** Flow logs that share a log group share its streams, whatever their formats. */
async function readStream(
  reading: LogReading,
  question: Question,
  one: AskedInterface,
  logGroupName: string,
  mostPages: number,
): Promise<StreamRead> {
  const formats = one.flowLogs.filter((log) => log.logGroup === logGroupName).map(({ format }) => format);
  const lines: FlowLine[] = [];
  let pages = 0;
  let nextToken: string | undefined;
  try {
    do {
      if (pages >= mostPages)
        return { lines, pages, unread: `there are more records of ${one.id} than are read` };
      if (reading.timeLeft !== undefined && reading.timeLeft() < RESERVE)
        return { lines, pages, unread: `there was no time to read all records of ${one.id}` };
      if (pages > 0) await reading.wait(PACE);
      const page = await reading.logs.send(
        new FilterLogEventsCommand({
          ...{ logGroupName, logStreamNamePrefix: one.id, nextToken },
          ...timesOf(question, reading.now()),
        }),
      );
      pages += 1;
      const own = (page.events ?? []).filter(({ logStreamName }) => isStreamOf(one.id, logStreamName));
      lines.push(...relevant(own, formats, question));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return { lines, pages };
  } catch (thrown) {
    const error = asError(thrown);
    return { lines, pages, unread: `log group ${logGroupName} cannot be read: ${error.name}`, error };
  }
}

/** `eni-0abc-all`, `eni-0abc-accept`: emulators list all streams, whatever the beginning of a name that is asked for. */
function isStreamOf(interfaceId: string, name = ''): boolean {
  return name === interfaceId || name.startsWith(`${interfaceId}-`);
}

/** What says nothing of the ports that were open would only fill the memory. */
function relevant(
  events: readonly { readonly message?: string | undefined }[],
  formats: readonly FlowFormat[],
  question: Question,
): readonly FlowLine[] {
  return events
    .map(({ message = '' }) => parseLine(message, formats))
    .map((line) =>
      line.kind === 'flow' && !concerns(question, line.record) ? withoutRecord(line.record) : line,
    );
}

/** That there are records of the time is still said. */
function withoutRecord({ start, end }: { readonly start: number; readonly end: number }): FlowLine {
  return { kind: 'no-data', start, end };
}

function timesOf({ openings }: Question, now: Date): { startTime: number; endTime: number } {
  const closed = openings.map(({ closedAt }) => Date.parse(closedAt));
  const opened = openings.map(({ openedAt, closedAt }) =>
    openedAt === undefined ? Date.parse(closedAt) - LOOK_BACK : Date.parse(openedAt),
  );
  return {
    startTime: Math.min(...opened) - TOLERANCE - LONGEST_RECORD,
    endTime: Math.min(now.getTime(), Math.max(...closed) + AFTERWARDS),
  };
}
