// One row of the page as its template takes it, out of the columns that the page carries. It runs here for the rows that are written
// into the page, and in the page for all others.

/**
 * A column of numbers, each an entry of a dictionary: one number for all rows, all of them, the difference of each to the one before, or
 * pairs of a number and how many rows in a row have it.
 *
 * @typedef {number | readonly number[] | { readonly delta: readonly number[] } | { readonly runs: readonly number[] }} Column
 * @typedef {'severity' | 'verdict' | 'policies' | 'group' | 'rule' | 'note' | 'reach' | 'reason' | 'exposure' | 'excuse' | 'known' | 'actor' | 'moment' | 'certainty'} ColumnName
 * @typedef {readonly [template: number, ...args: string[]]} PackedText
 */

/**
 * What the page carries.
 *
 * @typedef {object} PageData
 * @property {number} count
 * @property {Readonly<Record<ColumnName, Column>>} columns
 * @property {string | readonly string[]} ruleIds where it is one text, without what each begins with, and apart by spaces
 * @property {readonly string[]} severities
 * @property {readonly string[]} verdicts
 * @property {readonly (readonly [name: string, title: string, advice: string])[]} policies
 * @property {readonly (readonly number[])[]} policySets
 * @property {readonly string[]} accounts
 * @property {readonly string[]} regions
 * @property {readonly (readonly [id: string, name: string, account: number, region: number, argument?: string])[]} groups
 * @property {readonly (readonly [words: string, service: string, close: string])[]} rules
 * @property {readonly string[]} notes
 * @property {readonly string[]} reaches
 * @property {readonly string[]} templates
 * @property {readonly PackedText[]} reasons
 * @property {readonly (readonly [kind: string, words: string])[]} exposureKinds
 * @property {readonly (readonly [kind: number, ...text: PackedText])[]} exposures
 * @property {readonly string[]} excuses
 * @property {readonly (readonly [person: string, tool: string])[]} actors
 * @property {readonly (readonly [time: string, open: string])[]} moments
 * @property {readonly (readonly [label: string, ...because: PackedText])[]} certainties
 */

/**
 * The same with its columns as they are read: an entry for each row.
 *
 * @typedef {Omit<PageData, 'columns' | 'ruleIds'> & { readonly columns: Readonly<Record<ColumnName, Int32Array>>, readonly ruleIds: readonly string[] }} Rows
 */

/**
 * @param {PageData} data
 * @returns {Rows}
 */
export function unpack(data) {
  const entries = Object.entries(data.columns).map(([name, column]) => [
    name,
    unpackColumn(column, data.count),
  ]);
  return { ...data, columns: Object.fromEntries(entries), ruleIds: idsOf(data.ruleIds) };
}

/**
 * @param {PageData['ruleIds']} packed
 */
function idsOf(packed) {
  if (typeof packed !== 'string') return packed;
  return packed.split(' ').map((id) => (id === '' ? '' : `sgr-${id}`));
}

/**
 * @param {Column} column
 * @param {number} count
 */
function unpackColumn(column, count) {
  if (typeof column === 'number') return new Int32Array(count).fill(column);
  if ('delta' in column) {
    let sum = 0;
    return Int32Array.from(column.delta, (delta) => (sum += delta));
  }
  if (!('runs' in column)) return Int32Array.from(column);
  const all = new Int32Array(count);
  let at = 0;
  for (let run = 0; run < column.runs.length; run += 2) {
    const end = at + (column.runs[run + 1] ?? 0);
    all.fill(column.runs[run] ?? 0, at, end);
    at = end;
  }
  return all;
}

/**
 * The entry of a column at a row.
 *
 * @param {Rows} data
 * @param {ColumnName} name
 * @param {number} index
 * @returns {number}
 */
export function entryAt(data, name, index) {
  return data.columns[name][index] ?? 0;
}

/**
 * A text whose template has a tab for each of the other parts.
 *
 * @param {Rows} data
 * @param {PackedText | undefined} packed
 */
function textOf(data, [template, ...args] = [0]) {
  const parts = textAt(data.templates, template).split('\t');
  return parts.map((part, index) => (index === 0 ? part : `${args[index - 1] ?? ''}${part}`)).join('');
}

/**
 * Everything that the template of a row shows.
 *
 * @param {Rows} data
 * @param {number} index
 */
export function viewAt(data, index) {
  /** @type {(name: ColumnName) => number} */
  const at = (name) => entryAt(data, name, index);
  const [groupId = '', groupName = '', account = 0, region = 0, argument = groupId] =
    data.groups[at('group')] ?? [];
  const [rule = '', service = '', close = ''] = data.rules[at('rule')] ?? [];
  const [exposureKind = 0, ...exposureText] = data.exposures[at('exposure')] ?? [0, 0];
  const [kind = '', exposure = ''] = data.exposureKinds[exposureKind] ?? [];
  const [person = '', tool = ''] = data.actors[at('actor')] ?? [];
  const [time = '', open = ''] = data.moments[at('moment')] ?? [];
  const [certainty = '', ...because] = data.certainties[at('certainty')] ?? ['', 0];
  const policies = policiesAt(data, at('policies'));
  const verdict = textAt(data.verdicts, at('verdict'));
  return {
    ...{ verdict, policies, groupId, rule, service, exposure },
    ...{ person, tool, time, open, certainty },
    because: textOf(data, because),
    account: textAt(data.accounts, account),
    region: textAt(data.regions, region),
    exposureText: textOf(data, exposureText),
    severity: textAt(data.severities, at('severity')),
    advice: policies.map(({ advice }) => advice)[0] ?? '',
    groupName: groupName === groupId ? '' : groupName,
    note: textAt(data.notes, at('note')),
    reason: textOf(data, data.reasons[at('reason')]),
    isReached: kind === 'reachable',
    isKnown: at('known') === 1,
    ruleId: textAt(data.ruleIds, index),
    close: verdict === 'violation' ? filled(close, argument, textAt(data.regions, region)) : '',
    excuse: textAt(data.excuses, at('excuse')).replaceAll('"@group@"', () => JSON.stringify(groupId)),
  };
}

/**
 * @param {readonly string[]} texts
 * @param {number} index
 */
function textAt(texts, index) {
  return texts[index] ?? '';
}

/**
 * @param {Rows} data
 * @param {number} set
 */
function policiesAt(data, set) {
  return (data.policySets[set] ?? []).map((policy) => {
    const [name = '', title = '', advice = ''] = data.policies[policy] ?? [];
    return { name, title, advice };
  });
}

/**
 * A command with its group and its region, which come first in it; what strangers wrote comes behind.
 *
 * @param {string} command
 * @param {string} group
 * @param {string} region
 */
function filled(command, group, region) {
  return command.replace('@region@', () => region).replace('@group@', () => group);
}
