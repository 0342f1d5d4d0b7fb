// What a deployment from here would change, known without a template of it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareInForce } from '../../../lib/deployment/compare.ts';
import { compareWanted } from '../../../lib/deployment/compare-wanted.ts';
import type { Difference } from '../../../lib/deployment/difference.ts';
import { inForceBy } from '../../../lib/deployment/template.ts';
import type { StageSettings } from '../../../lib/settings/deployment.ts';
import { RUNS } from '../../runs.ts';
import { TODAY, templateOf, type Wanted, wanted } from './templates.ts';

/** Settings that say all of it. */
function settingsOf({
  mode,
  mail,
  hooks,
  protect,
  policies: _,
  hasManifest: __,
  ...rest
}: Wanted): StageSettings {
  return {
    ...{ account: undefined, regions: [], flowLogs: [] },
    parameters: { ...rest, mode, protect: protect.join(','), ...(mail === '' ? {} : { email: mail }) },
    subscriptions: Object.entries(hooks).map(([id, severities]) => ({
      ...{ protocol: 'https' as const, endpoint: `https://example.com/${id}` },
      ...(severities.length === 0 ? {} : { severities: severities as ('critical' | 'high')[] }),
    })),
  };
}

const sorted = (found: readonly Difference[]) => found.map((one) => JSON.stringify(one)).toSorted();

it('is what the templates say, where the settings say all', () => {
  fc.assert(
    fc.property(wanted, wanted, (from, to) => {
      const deployed = inForceBy(templateOf(from));
      const known = compareWanted(deployed, to.policies, settingsOf(to), TODAY);

      expect(sorted(known)).toEqual(sorted(compareInForce(deployed, inForceBy(templateOf(to)), TODAY)));
    }),
    RUNS,
  );
});

it('is what the policies say, where there are no settings', () => {
  fc.assert(
    fc.property(wanted, wanted, (from, { policies }) => {
      const deployed = inForceBy(templateOf(from));
      const templates = compareInForce(deployed, inForceBy(templateOf({ ...from, policies })), TODAY);

      expect(sorted(compareWanted(deployed, policies, undefined, TODAY))).toEqual(sorted(templates));
    }),
    RUNS,
  );
});
