// What other tools, and people, call the things that policies have another word for. Only words that the language has
// at that place are ever suggested, so that a row may name words of policies and of test files alike.

/** Keys: those meant, and the words written for them. */
const KEYS: readonly (readonly [meant: string, written: string])[] = [
  [
    'source destination sources outside CidrIpv4 CidrIpv6',
    'cidr cidr_block cidr_ip ip address ip_address ip_range range network subnet remote_ip ipv6_cidr_block',
  ],
  ['source sources CidrIpv4 CidrIpv6', 'from origin src source_ip source_cidr source_address source_range'],
  ['destination', 'to dest dst target destination_ip destination_cidr'],
  ['ports', 'port port_range dst_port dest_port destination_port service'],
  ['ports FromPort', 'from_port'],
  ['ports ToPort', 'to_port'],
  ['protocol IpProtocol', 'proto ip_protocol transport'],
  ['icmp', 'icmp_type icmp_code'],
  ['direction IsEgress', 'ingress egress inbound outbound type traffic_direction'],
  ['tolerate', 'tolerance threshold allowance max limit'],
  ['exceptions outside', 'allow allowed allowlist whitelist except exclude excluded exclusion not'],
  ['exceptions', 'exempt exemption ignore skip suppress suppression waiver'],
  ['id title names GroupName', 'name'],
  ['id', 'policy_id rule_id'],
  ['title', 'summary headline'],
  ['description', 'remediation advice help rationale'],
  ['reason description', 'comment note message'],
  ['reason', 'why justification ticket because'],
  ['owner', 'contact team requester approver approved_by'],
  [
    'expires',
    'until expiry expiration expire expires_on expires_at expiration_date valid_until end end_date',
  ],
  ['references', 'ref link url doc compliance'],
  ['severity', 'priority level risk impact'],
  ['action', 'effect do then response remediate enforcement on_violation'],
  ['otherwise', 'else fallback or_else if_impossible'],
  ['mode', 'enabled disabled active dry_run enforce status state'],
  ['grace', 'delay wait timeout grace_period graceperiod after defer cooldown notice'],
  ['match', 'rule when condition filter'],
  ['scope', 'where applies_to resource'],
  ['groups ids GroupId', 'sg security_group security_group_id group_id'],
  ['groups names GroupName', 'group_name security_group_name'],
  ['accounts account', 'account_id owner_id aws_account'],
  ['mail', 'email recipient'],
  ['stages', 'environment env deployment'],
  ['retention', 'log_retention log_retention_in_days'],
  ['vpcs VpcId', 'vpc_id'],
  ['principals Principal', 'arn role user actor who iam identity'],
  ['tags Tags', 'tag label'],
  ['PrefixListId outside', 'prefix_list prefix_list_id'],
  ['compliant', 'allow pass ok good valid'],
  ['violation', 'deny denied fail bad invalid'],
  ['now', 'date today time'],
];

/** Values: those meant, and the words written for them. */
const VALUES: readonly (readonly [meant: string, written: string])[] = [
  ['revoke enforce', 'enforce remediate'],
  ['revoke', 'delete remove deny block drop close reject kill'],
  ['trim', 'narrow cut shrink reduce'],
  ['notify dry-run', 'report monitor audit detect log'],
  ['notify medium', 'warn warning'],
  ['notify', 'alert mail email tell'],
  ['ingress', 'inbound in incoming'],
  ['egress', 'outbound out outgoing'],
  ['critical', 'severe urgent emergency blocker p0 p1'],
  ['high', 'error important major p2'],
  ['medium', 'moderate normal p3'],
  ['low', 'info informational minor note p4'],
  ['enforce', 'on enabled active true'],
  ['dry-run', 'simulate test observe report_only'],
  ['off', 'disabled disable none false'],
  ['world', 'internet everyone anyone anybody anywhere everywhere all global open 0.0.0.0/0 ::/0'],
  ['public', 'external'],
  ['any', '*'],
];

const MEANT_KEYS = tableOf(KEYS);
const MEANT_VALUES = tableOf(VALUES);

/** The keys that may be meant by a foreign one. */
export function keysMeant(written: string): readonly string[] {
  return MEANT_KEYS.get(plain(written)) ?? [];
}

/** The values that may be meant by a foreign one. */
export function valuesMeant(written: string): readonly string[] {
  return MEANT_VALUES.get(plain(written)) ?? [];
}

/** A word without its case, its hyphens and its plural. */
export function plain(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '').replace(/s$/, '');
}

function tableOf(rows: typeof KEYS): ReadonlyMap<string, readonly string[]> {
  const words = [...new Set(rows.flatMap(([, written]) => written.split(' ').map(plain)))];
  return new Map(
    words.map((word) => [
      word,
      rows.flatMap(([meant, written]) =>
        written.split(' ').map(plain).includes(word) ? meant.split(' ') : [],
      ),
    ]),
  );
}
