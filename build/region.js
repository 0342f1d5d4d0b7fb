// In which region a command of the framework works. Never in one that nobody named: `remove` would find nothing there and say so.

/** Commands that change nothing outside of this machine. */
const OFFLINE = ['package', 'print'];
/** Commands that must not go elsewhere than the settings say; others may clean up where the settings no longer lead. */
const SHIPPING = ['package', 'print', 'deploy', 'deploy function'];

/** True for a command that puts what the settings say into effect. */
export function isShipping(/** @type {string} */ command) {
  return SHIPPING.includes(command);
}

/**
 * @typedef {{
 *   command: string,
 *   stage: string,
 *   named: string | undefined,
 *   ambient: string | undefined,
 *   settings: 'none' | 'unreadable' | { regions: readonly string[] },
 * }} Asked What is on the command line (`named`), in AWS_REGION (`ambient`), and in the settings
 */

/**
 * The region, or why there is none. A deployment that names none goes to all of the settings, which are then in `regions`.
 * @param {Asked} asked
 * @returns {{ region: string, regions?: readonly string[] } | { problem: string }}
 */
export function regionFor(asked) {
  const { command, stage, named, settings } = asked;
  const regions = typeof settings === 'string' ? [] : settings.regions;
  const [first = '', ...others] = regions;
  if (named === undefined && command === 'deploy' && others.length > 0) return { region: first, regions };
  if (named === undefined) return unnamed(asked);
  return !isShipping(command) || regions.length === 0 || regions.includes(named)
    ? { region: named }
    : { problem: `stage \`${stage}\` is for ${regions.join(', ')}: add \`${named}\` to its regions first` };
}

/** @returns {ReturnType<typeof regionFor>} */
function unnamed(/** @type {Asked} */ { command, stage, ambient, settings }) {
  if (settings === 'unreadable')
    return { problem: 'name the region with --region: the settings do not say it' };
  const regions = settings === 'none' ? [] : settings.regions;
  if (regions.length === 0 && ambient !== undefined) return { region: ambient };
  if (regions.length === 0 && OFFLINE.includes(command)) return { region: 'us-east-1' };
  if (regions.length === 0) {
    const orSettings = settings === 'none' ? '' : `, or as \`regions\` of stage \`${stage}\` in the settings`;
    return { problem: `no region: name it with --region, in AWS_REGION${orSettings}` };
  }
  const [only = ''] = regions.length === 1 ? regions : regions.filter((region) => region === ambient);
  if (only !== '') return { region: only };
  return { problem: `stage \`${stage}\` has the regions ${regions.join(', ')}: name one with --region` };
}
