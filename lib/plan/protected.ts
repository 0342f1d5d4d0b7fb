// Groups that rules are never taken from: those that a service looks after, and those that the operator names.
import type { GroupSelector } from '../policy/selector.ts';
import { fits, isGroup } from '../policy/selector.ts';
import type { SecurityGroup } from '../rule.ts';

/**
 * Tags of groups whose rules a controller puts back within seconds, and without which it breaks. Those whose key begins with `aws:` only
 * AWS can set, the others whoever may tag the group: violations are reported all the same. That AWS manages the network interfaces
 * of a group protects nothing: those of databases and load balancers have groups of your own
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html).
 */
const SERVICE_TAGS = [
  // EKS, for its cluster security group: https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
  'aws:eks:cluster-name',
  // EKS, too, and Kubernetes for each load balancer:
  // https://github.com/kubernetes/cloud-provider-aws/blob/master/pkg/providers/v1/tags.go
  'kubernetes.io/cluster/*',
  // The AWS Load Balancer Controller: https://kubernetes-sigs.github.io/aws-load-balancer-controller/v2.7/deploy/security_groups/
  'elbv2.k8s.aws/cluster',
];

/**
 * Directory Service opens its ports to everybody on interfaces that have no public address, and its controllers break without them
 * (https://docs.aws.amazon.com/directoryservice/latest/admin-guide/ms_ad_getting_started_what_gets_created.html). Whoever may create
 * a group may choose such a name: it is reported all the same.
 */
const DIRECTORY_CONTROLLERS = /^d-[0-9a-f]{10}_controllers$/;

/** What makes the violating rules of a group stay, in words; undefined for a group that nothing protects. */
export function protectionOf(group: SecurityGroup, listed: readonly GroupSelector[]): string | undefined {
  const tag = Object.keys(group.tags).find((key) => fits(key, SERVICE_TAGS));
  if (tag !== undefined) return `a service looks after the group, says its tag ${tag}`;
  if (DIRECTORY_CONTROLLERS.test(group.name)) {
    return `Directory Service looks after the group, says its name ${group.name}`;
  }
  const selector = listed.find((one) => isGroup(one, group));
  return selector && `the group is protected by ${inWords(selector)} in the setting protect`;
}

/** As the operator wrote it. */
function inWords({ ids = [], names = [], tags = {} }: GroupSelector): string {
  const tagged = Object.entries(tags).map(([key, value]) => `tag:${key}=${value}`);
  return [...ids, ...names.map((name) => `name=${name}`), ...tagged].join(', ');
}

/** What parseProtected takes, for who wrote something else. */
export const PROTECTED_FORMS = 'use sg-0abc, name=bastion-* or tag:key=value, with commas between';

/**
 * Reads the operator's list, such as `sg-0abc, name=bastion-*, tag:keep=yes`; answers the word that cannot be read
 * instead.
 */
export function parseProtected(text: string): readonly GroupSelector[] | string {
  const words = text.split(',').flatMap((word) => word.trim() || []);
  const selectors = words.map(parseWord);
  const unread = words.find((_, index) => selectors[index] === undefined);
  return unread ?? selectors.flatMap((selector) => selector ?? []);
}

/** `!` at the start of a pattern turns it around: it would protect every other group. */
function parseWord(word: string): GroupSelector | undefined {
  if (/^(name=!|tag:!|tag:[^=]+=!)/.test(word)) return undefined;
  if (/^sg-[0-9a-z]+$/.test(word)) return { ids: [word] };
  const [, name, key, value = ''] = /^(?:name=(.+)|tag:([^=]+)=(.+))$/.exec(word) ?? [];
  if (name !== undefined) return { names: [name] };
  return key === undefined ? undefined : { tags: { [key]: value } };
}
