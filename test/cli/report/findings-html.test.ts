// The page of findings, as a file: what is in it, and what it must not need.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AuditFinding, Summary } from '../../../cli/report/finding.ts';
import { findingsAsHtml } from '../../../cli/report/findings-html.ts';
import { readPolicies } from '../../../lib/io/policy-files.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { audited, come, FINDING, joined } from './audited.ts';

const directory = 'test/fixtures/shipped';
const policies = readPolicies(directory).map(compilePolicy);
const now = new Date('2026-11-30T09:00:00Z');
const summary: Summary = { groups: 1, rules: 2, violation: 0, exempt: 0, undecided: 0 };

function pageOf(findings: readonly AuditFinding[], counts: Summary = summary): Promise<string> {
  const facts = {
    policies,
    source: { policies: directory },
    summary: counts,
    visited: new Set(['111122223333/eu-west-1']),
  };
  return joined(findingsAsHtml(come([findings.map((one) => audited(one))]), facts, now));
}
const hostile = `"><script>alert(1)</script></script><img src=x onerror=alert(2)>'\u202e{{7*7}}<%= 1 %>`;

describe('the page', () => {
  it('needs nothing but itself, and runs nothing else', async () => {
    const page = await pageOf([FINDING]);
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hashed = (tag: string) => {
      const [, text = ''] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page) ?? [];
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };

    expect(policy).toBe(
      `default-src 'none'; style-src ${hashed('style')}; script-src ${hashed('script')}; base-uri 'none'; form-action 'none'`,
    );
    expect(page).not.toMatch(/\s(src|href|srcset|action|style|on\w+)=|@import|url\(/);
  });

  it('says what was found, where, when and by what', async () => {
    const page = await pageOf([FINDING], { ...summary, groups: 5000, rules: 300_000 });

    expect(page).toContain('111122223333, eu-west-1 · 300,000 rules in 5,000 groups · 2026-11-30 09:00 UTC');
    expect(page).toMatch(/<b>1<\/b>rule violating policies, in 1 of 5,000 groups/);
    expect(page).toContain('<b class="critical">1</b>critical');
    expect(page).toMatch(/Made by Portcullis \d+\.\d+\.\d+/);
  });

  it('shows of each rule why, how to close it, and how to excuse it', async () => {
    const page = await pageOf([FINDING, { ...FINDING, policy: 'web-only-to-the-world', severity: 'high' }]);
    const text = page.replaceAll('&quot;', '"').replaceAll('&#39;', "'");

    expect(staticIn(page).match(/<li><details>/g)).toHaveLength(1);
    expect(text).toContain(FINDING.reason);
    expect(text).toContain('no-world-open-admin, web-only-to-the-world');
    expect(text).toContain(
      `aws ec2 revoke-security-group-ingress --region eu-west-1 --group-id ${FINDING.groupId} --ip-permissions '[{"IpProtocol":"tcp"`,
    );
    expect(text).toContain(`# test/fixtures/shipped/no-world-open-admin.yaml
exceptions:
  - groups: { ids: [ "${FINDING.groupId}" ] }
    protocol: [ "tcp" ]
    ports: [ 22 ]
    sources: [ "0.0.0.0/0" ]
    reason: "why, and the ticket"
    owner: "your-team"
    expires: "2027-02-28"
# test/fixtures/shipped/web-only-to-the-world.yaml`);
  });

  it('has the worst hundred rules in it for clients without scripts, and all of them for others', async () => {
    const many = Array.from({ length: 250 }, (_, index) => ({
      ...FINDING,
      groupId: `sg-${index}`,
      severity: 'low' as const,
    }));
    const page = await pageOf([...many, FINDING]);

    expect(staticIn(page).match(/<li><details>/g)).toHaveLength(100);
    expect(page).toContain('The worst 100 of 251 rules');
    expect(/<li><details>[\s\S]*?<\/li>/.exec(page)?.[0]).toContain(FINDING.groupId);
    expect(JSON.parse(dataIn(page)).count).toBe(251);
  });

  it('has what strangers wrote as text alone', async () => {
    const evil = {
      ...FINDING,
      groupId: hostile,
      groupName: hostile,
      region: hostile,
      accountId: hostile,
      ruleId: hostile,
    };
    const page = await pageOf([
      { ...evil, rule: { ...FINDING.rule, Description: hostile }, reason: hostile },
    ]);
    const outside = page.replace(/<script>[\s\S]*<\/script>/, '');

    expect(page.match(/<script/g)).toHaveLength(2);
    expect(outside).not.toMatch(/<img|<script>/);
    expect(dataIn(page)).not.toContain('<');
    expect(page).not.toContain('\u202e');
    expect(page).toContain('&lt;img src=x onerror=alert(2)&gt;');
  });

  it('records the exceptions in use', async () => {
    const excused = { ...FINDING, verdict: 'exempt', exception: 'Bastion (ops, until 2027-01-01)' } as const;
    const page = await pageOf([excused, { ...excused, groupId: 'sg-0other' }]);

    expect(page).toContain(
      '<th scope="row" class="text">Bastion (ops, until 2027-01-01)</th><td class="">no-world-open-admin</td><td class="number">2</td>',
    );
    expect(page).toContain('<b class="">2</b>exempt');
    expect(staticIn(page)).not.toContain('Allow it');
  });

  it('counts services by where their packets may come from', async () => {
    const rdp = { ...FINDING, rule: { ...FINDING.rule, FromPort: 3389, ToPort: 3389 }, groupId: 'sg-0b' };
    const page = await pageOf([
      { ...FINDING, share: 1 },
      { ...FINDING, share: 0.5, groupId: 'sg-0half' },
      { ...rdp, share: 1, severity: 'high' },
      { ...FINDING, verdict: 'undecided', groupId: 'sg-0unknown' },
    ]);
    const labels = [...page.matchAll(/aria-label="([^"]*: \d[^"]*)"/g)].map(([, label]) => label);

    expect(labels).toEqual([
      'SSH, whole internet: 1 (1 critical)',
      'SSH, part of the internet: 1 (1 critical)',
      'SSH, not known: 1 (1 critical)',
      'RDP, whole internet: 1 (1 high)',
    ]);
  });

  it('counts a rule by its own addresses under a policy that counts none', async () => {
    const outbound = { ...FINDING, policy: 'default-group-empty-outbound', share: 0 } as const;
    const page = await pageOf([
      outbound,
      { ...outbound, groupId: 'sg-0private', rule: { ...FINDING.rule, CidrIpv4: '10.0.0.0/8' } },
    ]);

    expect(page).toContain('aria-label="SSH, whole internet: 1 (1 critical)"');
    expect(page).toContain('aria-label="SSH, some addresses: 1 (1 critical)"');
  });

  it('counts rules in every number at the top, however many policies find the same', async () => {
    const alike = (policy: string, more: object) => ({ ...FINDING, policy, ...more });
    const page = await pageOf([
      ...['no-world-open-admin', 'web-only-to-the-world'].flatMap((policy) => [
        alike(policy, { verdict: 'undecided', groupId: 'sg-0unknown' }),
        alike(policy, { verdict: 'exempt', exception: 'Bastion (ops)', groupId: 'sg-0exempt' }),
      ]),
    ]);

    expect(page).toContain('<b class="">1</b>not evaluated');
    expect(page).toContain('<b class="">1</b>exempt');
  });

  it('says that all is well where nothing was found', async () => {
    const page = await pageOf([]);

    expect(page).toContain('<b class="fine">0</b>No rule violates a policy');
    expect(page).not.toContain('<script');
    expect(page).not.toContain('id="list"');
  });

  it('has at most 50,000 rows, which is less than four megabytes, and says what it leaves out', async () => {
    const hex = (index: number) => ((index + 1) * 2_654_435_761).toString(16).padStart(17, '0');
    const many = Array.from({ length: 50_010 }, (_, index): AuditFinding => {
      const group = Math.floor(index / 2);
      const address = `203.0.${group % 256}.${group >> 8}`;
      return {
        ...FINDING,
        ...{ groupId: `sg-${hex(group)}`, groupName: `team-${group % 40}-service-${group % 300}` },
        ruleId: `sgr-${hex(index)}`,
        rule: { ...FINDING.rule, FromPort: 22 + (index % 90), ToPort: 22 + (index % 90) },
        exposure: {
          text: `Packets from the internet reach i-${hex(group)} at ${address}, tcp/22; whether anything answers there is not known.`,
          exposure: { kind: 'unknown', because: 'it is a test' },
          counts: {},
        },
      };
    });
    const page = await pageOf(many);

    expect(JSON.parse(dataIn(page)).count).toBe(50_000);
    expect(page.length).toBeLessThan(4_000_000);
    expect(page).toContain('10 less severe rows are counted above');
  });
});

/** What is there without scripts. */
function staticIn(page: string): string {
  return page.split('<script')[0] ?? '';
}

function dataIn(page: string): string {
  return /id="data">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
}
