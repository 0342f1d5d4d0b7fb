// The commands that close what violates, as a shell script that a person looks through before it is run.
import { closeCommand } from '../../lib/report/close-command.ts';
import { ruleInWords } from '../../lib/report/phrases.ts';
import { policiesIn, type Row } from './rows.ts';
import { groupInWords } from './summary-text.ts';

/** What is found as a comment, then its command. There is none for what only may violate. */
export function closeLines(row: Row): readonly string[] {
  const [{ finding, rule, profile }] = row;
  const { severity, verdict, region } = finding;
  const what = `# ${severity} ${verdict}: ${ruleInWords(rule)}`;
  const lines = [what, `# on ${groupInWords(finding)}: ${policiesIn(row).join(', ')}`];
  return verdict === 'violation' ? [...lines, closeCommand(rule, { region, profile })] : lines;
}

/** Any lines as comments. */
export function asComments(text: string): string {
  return text.replace(/^(?=.)/gm, '# ').replace(/^$(?!\n*$(?![\s\S]))/gm, '#');
}
