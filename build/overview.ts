// The picture of the README: what happens between an event and the mail. `npm run overview` writes it.
import { writeFileSync } from 'node:fs';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly title: string;
  readonly lines: readonly string[];
  readonly kind: 'danger' | 'plain' | 'own';
}

const WIDTH = 190;
const HEIGHT = 84;

const PERSON: Box = {
  x: 10,
  y: 24,
  kind: 'danger',
  title: 'Somebody',
  lines: ['opens SSH to', 'the internet'],
};
const TRAIL: Box = {
  x: 250,
  y: 24,
  kind: 'plain',
  title: 'CloudTrail',
  lines: ['EventBridge delivers', 'the API call'],
};
const BOT: Box = {
  x: 490,
  y: 24,
  kind: 'own',
  title: 'Portcullis',
  lines: ['reads the live group,', 'evaluates it'],
};
const POLICIES: Box = {
  x: 250,
  y: 164,
  kind: 'plain',
  title: 'Policies',
  lines: ['YAML: what must', 'not be open'],
};
const GROUP: Box = {
  x: 730,
  y: 24,
  kind: 'plain',
  title: 'Security group',
  lines: ['The rule is revoked,', 'the others stay'],
};
const PEOPLE: Box = {
  x: 730,
  y: 164,
  kind: 'plain',
  title: 'Mail, chat, SQS',
  lines: ['What, why, and how', 'to undo it'],
};
const LEDGER: Box = {
  x: 490,
  y: 164,
  kind: 'plain',
  title: 'Ledger',
  lines: ['Every rule, before', 'it is revoked'],
};

const BOXES = [PERSON, TRAIL, BOT, GROUP, POLICIES, LEDGER, PEOPLE];

/** Lines from one point to another; the arrow is at the second. */
const ARROWS = [
  [PERSON.x + WIDTH, 66, TRAIL.x, 66],
  [TRAIL.x + WIDTH, 66, BOT.x, 66],
  [BOT.x + WIDTH, 66, GROUP.x, 66],
  [POLICIES.x + WIDTH, 186, BOT.x + 30, BOT.y + HEIGHT],
  [BOT.x + 95, BOT.y + HEIGHT, LEDGER.x + 95, LEDGER.y],
  [BOT.x + 160, BOT.y + HEIGHT, PEOPLE.x, 186],
] as const;

const STYLE = `
    .box { fill: #f6f8fa; stroke: #8c959f; } .danger { fill: #fff1f0; stroke: #cf222e; } .own { fill: #ddf4ff; stroke: #0969da; }
    .title { font-weight: 600; fill: #1f2328; } text { fill: #424a53; } .arrow { stroke: #57606a; } .head { fill: #57606a; }
    @media (prefers-color-scheme: dark) {
      .box { fill: #161b22; stroke: #6e7681; } .danger { fill: #2d1214; stroke: #f85149; } .own { fill: #0c2338; stroke: #4493f8; }
      .title { fill: #f0f6fc; } text { fill: #c9d1d9; } .arrow { stroke: #9198a1; } .head { fill: #9198a1; }
    }`;

export const OVERVIEW = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 930 272" role="img" aria-labelledby="title" font-family="-apple-system, BlinkMacSystemFont, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="15">
  <title id="title">From an event to the mail</title>
  <style>${STYLE}
  </style>
  <defs>
    <marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0,0 L8,4 L0,8 z"/></marker>
  </defs>
${ARROWS.map(([x1, y1, x2, y2]) => `  <line class="arrow" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke-width="1.5" marker-end="url(#head)"/>`).join('\n')}
${BOXES.map(drawn).join('\n')}
</svg>
`;

function drawn({ x, y, kind, title, lines }: Box): string {
  const shape = `<rect class="box ${kind}" x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="8" stroke-width="1.5"/>`;
  const texts = [title, ...lines].map(
    (text, index) =>
      `<text${index === 0 ? ' class="title"' : ''} x="${x + 16}" y="${y + 26 + index * 22}">${text}</text>`,
  );
  return `  ${shape}${texts.join('')}`;
}

if (import.meta.main) writeFileSync(new URL('../docs/overview.svg', import.meta.url), OVERVIEW);
