// Output that is written as a stream: no faster than it is read, and no longer than somebody reads it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { printAll } from '../../cli/format/print-all.ts';
import { file, portcullis } from './portcullis.ts';

/** Counts the texts that were asked for; each is more than a pipe holds. */
function counting(texts: number) {
  const asked = { count: 0 };
  async function* make() {
    for (; asked.count < texts; asked.count += 1) yield 'x'.repeat(100_000);
  }
  return { asked, texts: make() };
}

const ioTo = (stdout: Writable) => ({ stdin: Readable.from([]), stdout, stderr: new PassThrough() });

const failing = (code: string) =>
  new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })),
  });

describe('output', () => {
  it('waits until each text has been taken', async () => {
    const slow = new Writable({ highWaterMark: 1, write: () => undefined });
    const { asked, texts } = counting(100);
    void printAll(ioTo(slow), texts);
    await new Promise(setImmediate);

    expect(asked.count).toBe(0);
  });

  it('ends quietly where nobody reads on, and asks for no more', async () => {
    const { asked, texts } = counting(100);

    expect(await printAll(ioTo(failing('EPIPE')), texts)).toBe(false);
    expect(asked.count).toBe(0);
  });

  it('says what else went wrong', async () => {
    await expect(printAll(ioTo(failing('ENOSPC')), counting(1).texts)).rejects.toThrow(
      'standard output cannot be written: write ENOSPC',
    );
  });

  it('is no way to control a terminal', async () => {
    const read = new PassThrough();
    await printAll(ioTo(read), Readable.from(['a\u001b[2Jb\n']));

    expect(String(read.read())).toBe('a\\u001b[2Jb\n');
  });
});

const open = { IpProtocol: 'tcp', FromPort: 8443, ToPort: 8443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
const group = (id: number, IpPermissions: readonly object[]) => ({
  ...{ GroupId: `sg-${id}`, GroupName: 'web', OwnerId: '111122223333', VpcId: 'vpc-0abc', IpPermissions },
});
/** More findings than a page has, and than a pipe holds. */
const many = file('many.json', {
  SecurityGroups: Array.from({ length: 4000 }, (_, id) => group(id, [open])),
});

describe('an audit of which only the beginning is read', () => {
  it('would pass', async () => {
    expect((await portcullis(['audit', '--from', many, '--fail-on', 'critical'])).status).toBe(0);
  });

  it.each(['json', 'csv'])('ends quietly, and does not look like one that passed: %s', async (format) => {
    const words = [
      'cli/main.ts',
      'audit',
      '--from',
      many,
      '--region',
      'eu-west-1',
      '--format',
      format,
      '--fail-on',
      'critical',
    ];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.once('data', () => child.stdout.destroy());
    const stderr: string[] = [];
    child.stderr.on('data', (chunk) => stderr.push(String(chunk)));
    const [status] = await once(child, 'close');

    expect([status, stderr.join('')]).toEqual([1, '']);
  });
});

describe('an audit of many groups', () => {
  it('that is damaged at the end is refused, and what it has written is no whole document', async () => {
    const text = JSON.stringify({
      SecurityGroups: Array.from({ length: 2000 }, (_, id) => group(id, [open])),
    });
    const damaged = file('damaged.json', text.slice(0, -2));
    const { status, stdout, stderr } = await portcullis(['audit', '--from', damaged, '--format', 'json']);

    expect(status).toBe(2);
    expect(stderr).toContain('the file ends too early: a comma or `]` is missing');
    expect(() => JSON.parse(stdout)).toThrow();
  });
});
