// The formats of an audit. Each is read only when it is asked for.
import type { AuditFacts } from './audit-facts.ts';
import type { Pages } from './finding.ts';
import type { TableOptions } from './findings-table.ts';

export const FORMATS = ['table', 'json', 'csv', 'sarif', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** The findings in a format, as texts that come one after the other. */
export async function formattedTexts(
  format: Format,
  pages: Pages,
  facts: AuditFacts,
  options: TableOptions,
): Promise<AsyncIterable<string>> {
  switch (format) {
    case 'table': {
      const { findingsAsTable } = await import('./findings-table.ts');
      return findingsAsTable(pages, facts.summary, options);
    }
    case 'json': {
      const { findingsAsJson } = await import('./findings-json.ts');
      return findingsAsJson(pages, facts.summary);
    }
    case 'csv': {
      const { findingsAsCsv } = await import('./findings-csv.ts');
      return findingsAsCsv(pages);
    }
    case 'sarif': {
      const { findingsAsSarif } = await import('./findings-sarif.ts');
      return findingsAsSarif(pages, facts);
    }
    case 'html': {
      const { findingsAsHtml } = await import('./findings-html.ts');
      return findingsAsHtml(pages, facts, new Date());
    }
  }
}
