// Fills docs/messages.md with the messages that test/fixtures/messages holds.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const FIXTURES = 'test/fixtures/messages';

interface Shown {
  readonly subject: string;
  readonly email: string;
  readonly chat: {
    readonly content: { readonly description: string; readonly nextSteps: readonly string[] };
  };
}

/** A message as text: the mail, and the lines of the chat. */
export function showMessage({ subject, email, chat }: Shown): string {
  const { description, nextSteps } = chat.content;
  const lines = [...description.split('\n'), ...nextSteps.map((step) => `Next: ${step}`)];
  return `Subject: ${subject}\n\n${email}\n--- chat ---\n${lines.join('\n')}\n`;
}

/** The mail of a shown message. */
function mailIn(text: string): string {
  return text.split('\n--- chat ---\n')[0]?.trimEnd() ?? '';
}

/** The page with each block between its markers as the fixture of that name has it. */
export function withMessages(page: string, read: (name: string) => string): string {
  return page.replace(
    /(<!-- message: ([\w-]+) -->\n```text\n).*?(\n```)/gs,
    (_, begin: string, name: string, end: string) => `${begin}${mailIn(read(name))}${end}`,
  );
}

/** A message as it is kept. */
export function readMessage(name: string): string {
  return readFileSync(at(`${FIXTURES}/${name}.txt`), 'utf8');
}

if (import.meta.main) {
  const page = at('docs/messages.md');
  writeFileSync(page, withMessages(readFileSync(page, 'utf8'), readMessage));
}
