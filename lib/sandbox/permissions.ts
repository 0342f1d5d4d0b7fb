// IpPermissions as callers write them, to rules as EC2 keeps them: one for each source, in canonical form.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { parseCidr, printCidr } from '../cidr.ts';
import { parseProtocol, parseTraffic, printProtocol } from '../ports.ts';
import { contentOf, parseRule } from '../rule.ts';
import { ServiceError } from './faults.ts';
import { numberOf, type Parameters, structuresOf, textOf } from './query.ts';

/** EC2 writes these protocols by name and all others by number. */
const NAMED = new Set(['tcp', 'udp', 'icmp', 'icmpv6']);

/** https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html */
const DESCRIPTION = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

/** The rules that a call asks for, nested or flat; throws what EC2 answers to malformed ones. */
export function requestedRules(parameters: Parameters, isEgress: boolean): readonly AwsSecurityGroupRule[] {
  const nested = structuresOf(parameters, 'IpPermissions');
  const isFlat = nested.length === 0 && textOf(parameters, 'IpProtocol') !== undefined;
  if (isFlat && isEgress)
    throw new ServiceError('InvalidParameterValue', 'Egress rules take IpPermissions only');
  const permissions = isFlat ? [flat(parameters)] : nested;
  if (permissions.length === 0)
    throw new ServiceError('MissingParameter', 'Either IpPermissions or a rule is required');
  return permissions.flatMap((permission) => expand(permission, isEgress));
}

/** True when the two admit the same: what EC2 calls a duplicate. Descriptions do not count. */
export function isSameRule(a: AwsSecurityGroupRule, b: AwsSecurityGroupRule): boolean {
  return contentOf(parseRule(a)) === contentOf(parseRule(b));
}

/** Protocol and ports in the form in which EC2 lists them. */
export function canonicalTraffic(ipProtocol: string, from?: number, to?: number): AwsSecurityGroupRule {
  const protocol = parseProtocol(ipProtocol);
  if (protocol === undefined || parseTraffic(ipProtocol, from, to) === undefined) {
    throw new ServiceError(
      'InvalidParameterValue',
      `Invalid value for protocol or ports: ${ipProtocol} ${from} ${to}`,
    );
  }
  if (protocol === 'all') return { IpProtocol: '-1', FromPort: -1, ToPort: -1 };
  const name = printProtocol(protocol);
  if (!NAMED.has(name)) return { IpProtocol: String(protocol), FromPort: -1, ToPort: -1 };
  return { IpProtocol: name, FromPort: from ?? -1, ToPort: to ?? -1 };
}

/** A CIDR as EC2 stores it: `198.51.100.7/0` becomes `0.0.0.0/0`. */
export function canonicalCidr(text: string, family: 'ipv4' | 'ipv6'): string {
  const cidr = parseCidr(text);
  if (cidr?.family === family && text.includes('/')) return printCidr(cidr);
  throw new ServiceError('InvalidParameterValue', `CIDR block ${text} is malformed`);
}

/** Refuses what EC2 does not take as a description. */
export function checkDescription(text: string | undefined): { Description?: string } {
  if (text === undefined) return {};
  if (DESCRIPTION.test(text)) return { Description: text };
  throw new ServiceError(
    'InvalidParameterValue',
    'Invalid rule description. Valid descriptions are strings less than 256 characters',
  );
}

function flat(parameters: Parameters): Parameters {
  const { IpProtocol, FromPort, ToPort, CidrIp } = parameters;
  return { IpProtocol, FromPort, ToPort, ...(CidrIp === undefined ? {} : { IpRanges: [{ CidrIp }] }) };
}

function expand(permission: Parameters, isEgress: boolean): readonly AwsSecurityGroupRule[] {
  const traffic = canonicalTraffic(
    textOf(permission, 'IpProtocol') ?? '',
    numberOf(permission, 'FromPort'),
    numberOf(permission, 'ToPort'),
  );
  const described = (range: Parameters) => checkDescription(textOf(range, 'Description'));
  return [
    ...structuresOf(permission, 'IpRanges').map((range) => ({
      CidrIpv4: canonicalCidr(textOf(range, 'CidrIp') ?? '', 'ipv4'),
      ...described(range),
    })),
    ...structuresOf(permission, 'Ipv6Ranges').map((range) => ({
      CidrIpv6: canonicalCidr(textOf(range, 'CidrIpv6') ?? '', 'ipv6'),
      ...described(range),
    })),
    ...structuresOf(permission, 'PrefixListIds').map((list) => ({
      PrefixListId: textOf(list, 'PrefixListId') ?? '',
      ...described(list),
    })),
    ...structuresOf(permission, 'Groups').map((group) => ({
      ReferencedGroupInfo: reference(group),
      ...described(group),
    })),
  ].map((source) => ({ IsEgress: isEgress, ...traffic, ...source }));
}

function reference(group: Parameters): NonNullable<AwsSecurityGroupRule['ReferencedGroupInfo']> {
  const userId = textOf(group, 'UserId');
  return { GroupId: textOf(group, 'GroupId') ?? '', ...(userId === undefined ? {} : { UserId: userId }) };
}
