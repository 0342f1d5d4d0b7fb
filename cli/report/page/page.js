// What the page of findings does in a browser: it filters, sorts and pages the rows that it carries. `renderRow` is the template of a row.
import { entryAt, unpack, viewAt } from './view.js';

/** @typedef {{ service: string, reach: string }} Cell */

const data = unpack(JSON.parse(element('data').textContent ?? ''));
const ROWS = 100;

const filters = {
  text: '',
  /** @type {Record<string, string>} */
  chosen: {},
  /** @type {Cell | undefined} */
  cell: undefined,
  sort: '',
};
/** @type {readonly number[]} */
let shown = [];
let page = 0;

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
}

/**
 * For each entry of a dictionary, whether it has the text; each is looked at once, however many rows have it.
 *
 * @param {readonly (string | readonly (string | number)[])[]} entries
 */
function having(entries) {
  const { text } = filters;
  return entries.map((entry) => [entry].flat().some((one) => String(one).toLowerCase().includes(text)));
}

/** @returns {(index: number) => boolean} */
function searched() {
  const { text } = filters;
  if (text === '') return () => true;
  const places = having([...data.accounts, ...data.regions]);
  const groups = having(data.groups.map(([id, name]) => [id, name])).map((isNamed, index) => {
    const [, , account = 0, region = 0] = data.groups[index] ?? [];
    return isNamed || places[account] === true || places[data.accounts.length + region] === true;
  });
  const rules = having(data.rules.map(([words, service]) => [words, service]));
  const notes = having(data.notes);
  const policies = having(data.policies.map(([name, title]) => [name, title]));
  const sets = data.policySets.map((set) => set.some((policy) => policies[policy]));
  const ids = data.ruleIds;
  const actors = having(data.actors);
  return (index) =>
    actors[entryAt(data, 'actor', index)] === true ||
    groups[entryAt(data, 'group', index)] === true ||
    rules[entryAt(data, 'rule', index)] === true ||
    notes[entryAt(data, 'note', index)] === true ||
    sets[entryAt(data, 'policies', index)] === true ||
    ids[index]?.includes(text) === true;
}

/**
 * What each filter lets through.
 *
 * @type {Record<string, (value: string) => (index: number) => boolean>}
 */
const CHOICES = {
  severity: (value) => (index) => data.severities[entryAt(data, 'severity', index)] === value,
  verdict: (value) => (index) => data.verdicts[entryAt(data, 'verdict', index)] === value,
  policy: (value) => {
    const sets = data.policySets.map((set) => set.some((policy) => data.policies[policy]?.[0] === value));
    return (index) => sets[entryAt(data, 'policies', index)] === true;
  },
  account: (value) => {
    const wanted = data.accounts.indexOf(value);
    return (index) => data.groups[entryAt(data, 'group', index)]?.[2] === wanted;
  },
  region: (value) => {
    const wanted = data.regions.indexOf(value);
    return (index) => data.groups[entryAt(data, 'group', index)]?.[3] === wanted;
  },
  exposure: (value) => {
    const wanted = data.exposureKinds.findIndex(([kind]) => kind === value);
    return (index) => data.exposures[entryAt(data, 'exposure', index)]?.[0] === wanted;
  },
  known: (value) => (index) => String(entryAt(data, 'known', index)) === value,
  person: (value) => (index) => data.actors[entryAt(data, 'actor', index)]?.[0] === value,
  tool: (value) => (index) => data.actors[entryAt(data, 'actor', index)]?.[1] === value,
  certainty: (value) => (index) => data.certainties[entryAt(data, 'certainty', index)]?.[0] === value,
};

/** @returns {(index: number) => boolean} */
function inCell() {
  const { cell } = filters;
  if (cell === undefined) return () => true;
  const named = new Set(
    [...document.querySelectorAll('[data-service]')].map((one) => one.getAttribute('data-service')),
  );
  return (index) => {
    const service = data.rules[entryAt(data, 'rule', index)]?.[1] ?? '';
    const reach = data.reaches[entryAt(data, 'reach', index)];
    // What has no line of its own is in the last one. What is excused is not counted there.
    const line = named.has(service) ? service : 'Other services';
    return (
      line === cell.service &&
      reach === cell.reach &&
      data.verdicts[entryAt(data, 'verdict', index)] !== 'exempt'
    );
  };
}

/** @type {Record<string, (index: number) => string>} */
const ORDERS = {
  group: (index) => {
    const [id = '', name = ''] = data.groups[entryAt(data, 'group', index)] ?? [];
    return `${name} ${id}`;
  },
  account: (index) => {
    const [, , account = 0, region = 0] = data.groups[entryAt(data, 'group', index)] ?? [];
    return `${data.accounts[account]} ${data.regions[region]}`;
  },
  service: (index) => data.rules[entryAt(data, 'rule', index)]?.[1] ?? '',
  time: (index) => data.moments[entryAt(data, 'moment', index)]?.[0] ?? '',
};

function choose() {
  const tests = [
    searched(),
    inCell(),
    ...Object.entries(filters.chosen).flatMap(([name, value]) =>
      value === '' ? [] : [CHOICES[name]?.(value) ?? (() => true)],
    ),
  ];
  const all = Array.from({ length: data.count }, (_, index) => index);
  const left = all.filter((index) => tests.every((test) => test(index)));
  const order = ORDERS[filters.sort];
  // Of times, the latest matter most.
  const direction = filters.sort === 'time' ? -1 : 1;
  shown =
    order === undefined
      ? left
      : left
          .map((index) => ({ index, key: order(index) }))
          .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index) * direction)
          .map(({ index }) => index);
  page = 0;
  draw();
}

function draw() {
  const first = page * ROWS;
  const part = shown.slice(first, first + ROWS);
  element('list').innerHTML = part.map((index) => renderRow(viewAt(data, index))).join('');
  for (const button of document.querySelectorAll('.copy')) button.removeAttribute('hidden');
  element('list').hidden = part.length === 0;
  element('empty').hidden = part.length > 0;
  const of = shown.length === data.count ? '' : ` of ${number(data.count)}`;
  element('count').textContent =
    `${number(shown.length)}${of} rule${shown.length === 1 && of === '' ? '' : 's'}`;
  element('pager').hidden = shown.length <= ROWS;
  element('page').textContent = `${number(first + 1)} to ${number(first + part.length)}`;
  /** @type {HTMLButtonElement} */ (element('previous')).disabled = page === 0;
  /** @type {HTMLButtonElement} */ (element('next')).disabled = first + ROWS >= shown.length;
  for (const button of document.querySelectorAll('button[data-filter]'))
    button.setAttribute('aria-pressed', String(isPressed(button)));
}

/** @param {number} value */
function number(value) {
  return value.toLocaleString('en');
}

/** @param {Element} button */
function isPressed(button) {
  const name = button.getAttribute('data-filter') ?? '';
  if (name !== 'cell') return filters.chosen[name] === button.getAttribute('data-value');
  const { cell } = filters;
  return (
    cell?.service === button.getAttribute('data-service') && cell?.reach === button.getAttribute('data-reach')
  );
}

/** A second press takes the filter away. */
function press(/** @type {Element} */ button) {
  const name = button.getAttribute('data-filter') ?? '';
  const pressed = isPressed(button);
  if (name === 'cell') {
    const [service, reach] = ['data-service', 'data-reach'].map((key) => button.getAttribute(key) ?? '');
    filters.cell = pressed ? undefined : { service: service ?? '', reach: reach ?? '' };
  } else {
    const value = pressed ? '' : (button.getAttribute('data-value') ?? '');
    filters.chosen[name] = value;
    const select = document.getElementById(name);
    if (select instanceof HTMLSelectElement) select.value = value;
  }
  choose();
  element('rules').scrollIntoView({ block: 'nearest' });
}

async function copy(/** @type {Element} */ button) {
  const code = button.previousElementSibling;
  if (code === null) return;
  // Selected, too: some browsers give a page that is a file no clipboard.
  getSelection()?.selectAllChildren(code);
  await navigator.clipboard?.writeText(code.textContent ?? '');
  button.textContent = navigator.clipboard === undefined ? 'Selected' : 'Copied';
}

function turn(/** @type {number} */ by) {
  page += by;
  draw();
  element('rules').scrollIntoView();
}

const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));
form.hidden = false;
document.documentElement.classList.add('js');
form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (field.id === 'search') filters.text = field.value.trim().toLowerCase();
  else if (field.id === 'sort') filters.sort = field.value;
  else filters.chosen[field.id] = field.value;
  choose();
});
form.addEventListener('reset', () => {
  Object.assign(filters, { text: '', chosen: {}, cell: undefined, sort: '' });
  choose();
});
document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  if (button?.hasAttribute('data-filter') === true) press(button);
  else if (button?.classList.contains('copy') === true) void copy(button);
  else if (button?.id === 'previous') turn(-1);
  else if (button?.id === 'next') turn(1);
});
choose();
