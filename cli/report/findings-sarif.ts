// Findings of an audit as one SARIF file: a result for each policy and rule, at the file where the policy can be changed.
import { headline, ruleInWords } from '../../lib/report/phrases.ts';
import { sanitize } from '../../lib/report/sanitize.ts';
import type { AuditFacts } from './audit-facts.ts';
import { type Audited, exposureOrder, type Pages } from './finding.ts';
import { findingFingerprint, identityOf } from './finding-identity.ts';
import { policyPlaces } from './policy-places.ts';
import { type FilePlace, makeSarif, type SarifFinding } from './sarif.ts';

/** What is excused is left out: GitHub would show it as open. */
export async function* findingsAsSarif(pages: Pages, facts: AuditFacts): AsyncGenerator<string> {
  const { policies, source, summary, visited } = facts;
  const placeOf = policyPlaces(source);
  const report = makeSarif(policies);
  for await (const page of pages) {
    for (const one of page) {
      if (one.finding.verdict === 'exempt') continue;
      const isKnown = summary.baseline === undefined ? undefined : one.finding.known === true;
      report.add(categoryOf(one.finding), { ...toSarif(one, placeOf(one.finding.policy)), isKnown });
    }
  }
  yield `${JSON.stringify(report.end([...visited]), null, 1)}\n`;
}

/** `111122223333/eu-west-1`. */
function categoryOf({ accountId, region }: { readonly accountId: string; readonly region: string }): string {
  return `${accountId === '' ? 'unknown' : accountId}/${region}`;
}

function toSarif(one: Audited, place: FilePlace): SarifFinding {
  const { finding, rule } = one;
  const { policy, severity, verdict, accountId, region, groupId, groupName, ruleId, exposure } = finding;
  const name = groupName === groupId ? sanitize(groupId) : `${sanitize(groupName)} (${sanitize(groupId)})`;
  const where = `on ${name}, account ${accountId || 'unknown'}, ${region}`;
  const why = [finding.reason, ...(exposure === undefined ? [] : [exposure.text])].join(' ');
  return {
    policyId: policy,
    severity,
    isUndecided: verdict === 'undecided',
    order: exposureOrder(finding),
    message: `${headline(rule)} ${where}. ${why}`,
    place,
    resource: { name, path: `${categoryOf(finding)}/${groupId}` },
    fingerprint: findingFingerprint(identityOf(one)),
    properties: {
      account: accountId,
      region,
      groupId,
      ...(ruleId === undefined ? {} : { ruleId }),
      rule: ruleInWords(rule),
      ...(exposure === undefined ? {} : { exposure: exposure.exposure.kind }),
    },
  };
}
