// How to excuse what an audit found: the narrowest exception for it, at the place where it belongs.
import { Document, isMap, isSeq, visit } from 'yaml';
import type { Policy } from '../../lib/policy/policy.ts';
import { contentOf, type SecurityGroupRule } from '../../lib/rule.ts';
import { narrowestExceptions } from '../restore/exception.ts';
import type { PolicyPlace } from './policy-places.ts';
import type { Row } from './rows.ts';

/** What a person fills in. */
const TERMS = { reason: 'why, and the ticket', owner: 'your-team' };
const DAYS = 90;

/** Tells the YAML for a row, with `@group@` for the group; rules that are alike share it. */
export function makeExcuses(
  policies: readonly Policy[],
  placeOf: (policyId: string) => PolicyPlace,
  now: Date,
): (row: Row) => string {
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  const until = new Date(now.getTime() + DAYS * 86_400_000).toISOString().slice(0, 10);
  const known = new Map<string, string>();
  return (row) => {
    const [{ rule, finding }] = row;
    if (finding.verdict === 'exempt') return '';
    const ids = row.map((one) => one.finding.policy);
    const name = `${ids.join(' ')} ${contentOf(rule)}`;
    const said = known.get(name) ?? inFiles(ids, (id) => itemsFor(id, rule));
    known.set(name, said);
    return said;
  };

  function itemsFor(id: string, rule: SecurityGroupRule): readonly string[] {
    const anywhere = { ...rule, groupId: '@group@' };
    return linesOf(
      narrowestExceptions([{ rule: anywhere, policies: [id] }], { ...TERMS, until }, byId.get(id)?.document),
    );
  }

  /** A policy has its exceptions in its own file; the settings have those of all shipped ones. */
  function inFiles(ids: readonly string[], items: (id: string) => readonly string[]): string {
    const byFile = Map.groupBy(ids, (id) => placeOf(id).path);
    const files = [...byFile].map(([path, of]) => {
      const lines = of.flatMap((id) => {
        const own = ['exceptions:', ...items(id).map((line) => `  ${line}`)];
        return placeOf(id).isSettings ? [`  ${id}:`, ...own.map((line) => `    ${line}`)] : own;
      });
      const isSettings = of.some((id) => placeOf(id).isSettings);
      return [`# ${path}`, ...(isSettings ? ['shipped:'] : []), ...lines].join('\n');
    });
    return files.join('\n');
  }
}

/** A YAML list, each value on a line: a page has room for few. */
function linesOf(exceptions: readonly object[]): readonly string[] {
  const document = new Document(exceptions);
  visit(document, {
    Pair: (_, { value }) => {
      if (isMap(value) || isSeq(value)) value.flow = true;
    },
  });
  return document
    .toString({
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'PLAIN',
      lineWidth: 0,
      flowCollectionPadding: true,
    })
    .trimEnd()
    .split('\n');
}
