// Every kind of message as it is sent, and what holds for all of them.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMessage, showMessage, withMessages } from '../../../build/messages.ts';
import { KINDS } from './kinds.ts';

describe.each(Object.entries(KINDS))('the message %s', (name, { make }) => {
  const { subject, email, chat } = make();

  it('is as test/fixtures/messages shows it', async () => {
    await expect(showMessage({ subject, email, chat })).toMatchFileSnapshot(
      `../../fixtures/messages/${name}.txt`,
    );
  });

  it('has a subject that SNS takes, with account and region whole', () => {
    expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
    expect(subject).toMatch(/ \(\d{12}\/eu-west-1\)$/);
  });

  it('fits on two screens, and says what is open with a command that revokes it', () => {
    expect(email.split('\n').length).toBeLessThan(40);
    const saysOpen = /still open|may still be open/.test(email);
    expect(!saysOpen || /revoke-security-group-|breaker (start|status|release)|--commands/.test(email)).toBe(
      true,
    );
  });

  it('calls it revoke, and never close', () => {
    expect([subject, email, chat.content.description].join('\n')).not.toMatch(/\bclos(e|es|ed|ing)\b/i);
  });

  it('names in the chat, too, what another rule leaves open', () => {
    for (const [, rule] of email.matchAll(/\[(sgr-\w+)\] (?:allows this traffic|violates a policy too)/g))
      expect(chat.content.description).toContain(`[${rule}]`);
  });

  it('mentions nobody in the chat, and fits there', () => {
    const { title, description, nextSteps } = chat.content;
    expect(title).not.toContain('@');
    expect(description.length).toBeLessThan(2000);
    for (const step of nextSteps) expect(step.length).toBeLessThanOrEqual(350);
  });
});

it('about one rule has at most 16 lines', () => {
  expect(KINDS.revoked?.make().email.trimEnd().split('\n').length).toBeLessThanOrEqual(16);
});

describe('docs/messages.md', () => {
  const page = readFileSync('docs/messages.md', 'utf8');

  it('shows every kind of message, each once', () => {
    const shown = [...page.matchAll(/<!-- message: ([\w-]+) -->/g)].map(([, name]) => name);
    expect(shown.toSorted()).toEqual(Object.keys(KINDS).toSorted());
  });

  it('shows them as they are sent: `npm run messages` brings it up to date', () => {
    expect(withMessages(page, readMessage)).toBe(page);
  });

  it('says before each when it comes', () => {
    for (const [name, { when }] of Object.entries(KINDS))
      expect(page).toContain(`${when}:\n\n<!-- message: ${name} -->`);
  });
});
