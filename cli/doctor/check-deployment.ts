// Whether what is deployed is what this clone and the settings would deploy, and whether somebody has changed it by hand.
import { changedByHand } from '../../lib/deployment/compare.ts';
import { compareWanted } from '../../lib/deployment/compare-wanted.ts';
import { differenceInWords } from '../../lib/deployment/phrases.ts';
import { FUNCTIONS, inForceBy } from '../../lib/deployment/template.ts';
import { about, type Diagnosis, diagnosis } from './diagnosis.ts';
import type { DeploymentFacts } from './facts.ts';

const DEPLOYMENT = 'deployment';

/** The settings and policies that are deployed are those at hand. */
export function checkDeployment(facts: DeploymentFacts): readonly Diagnosis[] {
  const { template, policies, settings, now, stage, stack } = facts;
  return about(template, DEPLOYMENT, (value) => {
    const deployed = inForceBy(value);
    const found = compareWanted(deployed, policies, settings, now.toISOString().slice(0, 10));
    if (found.length === 0) {
      const { manifest } = deployed;
      const from =
        manifest?.commit === undefined ? manifest?.release : `${manifest.release}, ${manifest.commit}`;
      const what = settings === undefined ? 'the policies' : 'the settings and policies';
      return diagnosis('ok', DEPLOYMENT, `${what} of this clone are in force (${from})`);
    }
    const fix = `npx --no -- serverless deploy --plan --stage ${stage} --region ${stack.region}`;
    return found.map((one) =>
      diagnosis('warning', DEPLOYMENT, `a deployment from here changes this: ${differenceInWords(one)}`, fix),
    );
  });
}

const VARIABLES = 'by hand';

/** The variables of the functions are those that were deployed. */
export function checkVariables({ template, functions, stage, stack }: DeploymentFacts): readonly Diagnosis[] {
  // What was not read is said where it is looked at as a whole.
  if (!('value' in template)) return [];
  const variables = FUNCTIONS.flatMap((id, index) => {
    const configuration = functions[index]?.configuration;
    const isRead = configuration !== undefined && 'value' in configuration;
    return isRead ? [[id, configuration.value.environment] as const] : [];
  });
  const live = { template: template.value, variables: Object.fromEntries(variables) };
  const fix = `npx --no -- serverless deploy --stage ${stage} --region ${stack.region}`;
  return changedByHand(live, template.value).map(({ subject, from, to }) =>
    diagnosis('warning', VARIABLES, `${subject} is \`${to}\`, and was deployed as \`${from}\``, fix),
  );
}
