// Every event of test/fixtures/events through the real handler, on an account made from it, and what comes of it.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Simulation, simulate } from '../../cli/run-simulation.ts';
import { readPolicies } from '../../lib/io/policy-files.ts';
import { compilePolicy } from '../../lib/policy/policy.ts';

const FOLDER = 'test/fixtures/events';
const policies = readPolicies('test/fixtures/policies').map(compilePolicy);
const NOTHING_ELSE = {
  groups: undefined,
  prefixLists: new Map(),
  protected: [],
  trimLimit: 10,
  stage: 'dev',
  audience: {},
};

/** What became of the rules that the event is about; `none` where it changes nothing, `quiet` where all is well. */
const EXPECTED: Readonly<Record<string, string>> = {
  'associate-security-group-vpc': 'none',
  'authorize-egress-ipv4-and-ipv6-in-one-item': 'notify sgr-02c7e9f4b1d86a530 sgr-09d4b7a3e6f12c850',
  'authorize-egress-terraform-all-traffic-2026': 'notify sgr-0842f7411dc6a5a34',
  'authorize-egress-terraform-described-2020': 'notify sgr-00000000000000001',
  'authorize-ingress-by-a-service-linked-role': 'quiet',
  'authorize-ingress-cli-denied-unauthorized-operation': 'none',
  'authorize-ingress-console-identity-center-high-ports-world': 'revoked sgr-0e57b2c81d9f4a630',
  'authorize-ingress-console-in-a-browser-mysql-world': 'revoked sgr-04d6e1b9a7c35f208',
  'authorize-ingress-console-string-ports-lowercased-identity': 'quiet',
  'authorize-ingress-console-two-ranges-starting-with-zeros': 'quiet',
  'authorize-ingress-dry-run': 'none',
  'authorize-ingress-error-code-null-two-halves-of-the-world':
    'revoked sgr-01f8e6d4c2b9a7350 sgr-0a2c4e6f8b1d3957e',
  'authorize-ingress-flat-form-cidr-with-host-bits-anonymised': 'revoked sgr-09b3e3d2ca1edf2a2',
  'authorize-ingress-groups-of-another-account-2021': 'quiet',
  'authorize-ingress-ipv4-ipv6-and-group-in-one-item-2021': 'quiet',
  'authorize-ingress-numeric-protocol-6': 'notify sgr-00000000000000002',
  'authorize-ingress-prefix-list-and-group-2021': 'quiet',
  'authorize-ingress-prefix-list-with-rule-id': 'undecided sgr-0f6e9b2d8c1a57430',
  'authorize-ingress-refused-as-duplicate': 'none',
  'authorize-ingress-root-ipv6-only-rdp-world': 'revoked sgr-00000000000000002',
  'authorize-ingress-synthetic-loopback-ssh': 'quiet',
  'authorize-ingress-synthetic-permissions-as-plain-list': 'quiet',
  'authorize-ingress-terraform-https-world-with-description': 'quiet',
  'authorize-ingress-terraform-ssh-world-2026': 'revoked sgr-0ab4202bcd11d93d2',
  'create-security-group-2022': 'notify sgr-00000000000000001',
  'create-security-group-cli-denied-no-vpc': 'none',
  'create-security-group-terraform-assumed-role-2020': 'notify sgr-00000000000000001',
  'create-tags-synthetic-by-autoscaling-service': 'none',
  'delete-security-group-by-eks-service-dependency-violation': 'none',
  'delete-security-group-terraform': 'none',
  'encoding-reference-create-flow-logs-scalar-list': 'none',
  'encoding-reference-create-nat-gateway-request-list-and-coercion': 'none',
  'delete-tags-of-a-rule': 'none',
  'eventbridge-authorize-ingress-all-parameters-omitted': 'omitted',
  'eventbridge-authorize-ingress-all-traffic-rfc1918-no-ipv6-key': 'quiet',
  'eventbridge-authorize-ingress-by-group-name-answered-with-id': 'revoked sgr-0b6f8d2e9c1a47530',
  'eventbridge-authorize-ingress-cloudformation-for-a-person': 'quiet',
  'eventbridge-authorize-ingress-console-two-items-ipv4-and-ipv6':
    'notify sgr-00000000000000002 sgr-00000000000000003',
  'eventbridge-authorize-ingress-cut-to-the-group-id': 'quiet',
  'eventbridge-authorize-ingress-envelope-of-another-call': 'revoked sgr-00000000000000002',
  'eventbridge-authorize-ingress-federated-role-console': 'revoked sgr-00000000000000002',
  'eventbridge-authorize-ingress-group-reference-2017': 'quiet',
  'eventbridge-authorize-ingress-iam-user-described-console': 'revoked sgr-00000000000000002',
  'eventbridge-create-security-group-console': 'notify sgr-00000000000000001',
  'eventbridge-create-security-group-response-cut': 'refused for responseElements.groupId',
  'eventbridge-create-tags-on-a-group-and-an-instance': 'none',
  'eventbridge-fragment-authorize-by-group-name': 'refused for eventName',
  'eventbridge-minimal-synthetic-rdp-private': 'quiet',
  'eventbridge-minimal-synthetic-ssh-world': 'revoked sgr-00000000000000002',
  'fragment-request-parameters-three-items': 'refused for eventName',
  'modify-managed-prefix-list-two-added-one-removed': 'quiet',
  'modify-security-group-rules-console-one-rule': 'quiet',
  'modify-security-group-rules-ipv6-world': 'revoked sgr-0d72e5b9f1c84a360',
  'modify-security-group-rules-two-rules-as-array': 'revoked sgr-0c8f31d7a5b92e640',
  'records-file-synthetic-open-ssh-but-denied': 'none',
  'revoke-egress-terraform-default-rule': 'none',
  'revoke-ingress-by-a-lambda-cut': 'none',
  'revoke-ingress-flat-form-ssh-world': 'none',
  'revoke-ingress-terraform-with-revoked-rule-set-2026': 'none',
  'update-rule-descriptions-ingress': 'none',
};

const names = readdirSync(FOLDER).flatMap((file) =>
  file.endsWith('.json') ? [file.replace('.json', '')] : [],
);

async function outcomeOf(name: string): Promise<string> {
  const event = JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8'));
  try {
    return summarise(await simulate({ event, ...NOTHING_ELSE, policies, mode: 'enforce' }));
  } catch (error) {
    if (error instanceof Error && 'field' in error) return `refused for ${error.field}`;
    throw error;
  }
}

function summarise({ change, outcomes, plan }: Simulation): string {
  if (change.kind !== 'changed') return change.kind;
  const told = [
    ...outcomes.map(({ outcome, ruleId }) => ({ word: outcome, ruleId })),
    ...plan.notify.map(({ ruleId }) => ({ word: 'notify', ruleId })),
    ...plan.undecided.map(({ ruleId }) => ({ word: 'undecided', ruleId })),
  ];
  const words = [...Map.groupBy(told, ({ word }) => word)];
  return (
    words.map(([word, rules]) => [word, ...rules.map(({ ruleId }) => ruleId)].join(' ')).join('; ') || 'quiet'
  );
}

describe('the outcome of every recorded and written event', () => {
  it('is stated for every file', () => {
    expect(Object.keys(EXPECTED).toSorted()).toEqual(names.toSorted());
  });

  it.each(names)('%s', async (name) => {
    expect(await outcomeOf(name)).toBe(EXPECTED[name]);
  });

  it.each(names.filter((name) => EXPECTED[name] === 'none'))(
    '%s makes no call to AWS and sends nothing',
    async (name) => {
      const event = JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8'));
      const { calls, message } = await simulate({ event, ...NOTHING_ELSE, policies, mode: 'enforce' });

      expect(calls).toEqual([]);
      expect(message).toBeNull();
    },
  );
});
