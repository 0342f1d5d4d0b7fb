// What the page gives its script: the template of a row, compiled.
import type { viewAt } from './view.js';

declare global {
  function renderRow(view: ReturnType<typeof viewAt>): string;
}
