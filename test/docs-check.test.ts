// The table of docs/check.md: our column is asked of the command, the others of the scanners by `npm run review`.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECK_CASES, type CheckCase } from './check-cases.ts';
import { file, portcullis } from './cli/portcullis.ts';

const KINDS = { terraform: 'Terraform', cloudformation: 'CloudFormation' };

function row({ name, kind, right, checkov, guard = 'closed' }: CheckCase): string {
  const say = (said: string) => (said === right ? said : `**${said}**`);
  const ofGuard = kind === 'terraform' ? '' : say(guard);
  return `| ${KINDS[kind]} | ${name} | ${right} | ${right} | ${say(checkov)} | ${ofGuard} |`;
}

describe('docs/check.md', () => {
  it.each(CHECK_CASES.map((one, index) => ({ ...one, index })))(
    'is right about $kind, $name',
    async ({ input, kind, right, index }) => {
      const { status } = await portcullis([
        'check',
        file(`${kind}-${index}.json`, input),
        '--policy',
        'no-world-open-admin',
      ]);

      expect(status).toBe(right === 'open' ? 1 : 0);
    },
  );

  it('has the table of these cases', () => {
    expect(readFileSync('docs/check.md', 'utf8')).toContain(CHECK_CASES.map(row).join('\n'));
  });
});
