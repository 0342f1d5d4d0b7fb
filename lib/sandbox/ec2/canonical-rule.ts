// The parts of a rule as EC2 keeps them, whatever the spelling they came in.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { type Family, parseCidr, printCidr } from '../../network/cidr.ts';
import { hasPorts, parseTraffic } from '../../network/ports.ts';
import { ServiceError } from '../faults.ts';

/** EC2 writes these protocols by name, and takes all others by number only. */
const NAMES: Readonly<Record<string, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };
const NUMBERS = new Map(Object.entries(NAMES).map(([number, name]) => [name, number]));

const DESCRIPTION = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

/**
 * Protocol and ports as EC2 lists them: names for TCP, UDP, ICMP and ICMPv6, and ports -1 for all that has none.
 * Throws InvalidParameterValue (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html).
 */
export function canonicalTraffic(
  ipProtocol: string | undefined,
  from?: number,
  to?: number,
): AwsSecurityGroupRule {
  const protocol = canonicalProtocol(ipProtocol);
  if (!hasSelectors(protocol)) return { IpProtocol: protocol, FromPort: -1, ToPort: -1 };
  const [FromPort, ToPort] = selectorsOf(protocol, from, to);
  const isCodeOfAllTypes = !usesPorts(protocol) && FromPort === -1 && ToPort !== -1;
  if (isCodeOfAllTypes || parseTraffic(protocol, FromPort, ToPort) === undefined) {
    throw new ServiceError('InvalidParameterValue', `Invalid ${protocol} port range (${FromPort}:${ToPort})`);
  }
  return { IpProtocol: protocol, FromPort, ToPort };
}

/** True for the protocols whose FromPort and ToPort say something: ports, or ICMP type and code. */
export function hasSelectors(ipProtocol: string | undefined): boolean {
  return NUMBERS.has(ipProtocol ?? '');
}

/**
 * A CIDR as EC2 stores it: `198.51.100.7/0` becomes `0.0.0.0/0`; throws InvalidParameterValue for a malformed one
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html).
 */
export function canonicalCidr(text: string, family: Family): string {
  const cidr = parseCidr(text);
  if (cidr?.family === family && text.includes('/')) return printCidr(cidr);
  throw new ServiceError('InvalidParameterValue', `CIDR block ${text} is malformed`);
}

/**
 * A description as part of a rule; throws InvalidParameterValue for what EC2 does not take as one
 * (https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html).
 */
export function checkDescription(text: string | undefined): { Description?: string } {
  if (text === undefined) return {};
  if (DESCRIPTION.test(text)) return { Description: text };
  throw new ServiceError(
    'InvalidParameterValue',
    'Invalid rule description. Valid descriptions are strings less than 256 characters from the following set: ' +
      'a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*',
  );
}

/** Ports, or ICMP type and code, which only ICMPv6 may leave out. */
function selectorsOf(
  protocol: string,
  from: number | undefined,
  to: number | undefined,
): readonly [number, number] {
  if (protocol === 'icmpv6' && from === undefined && to === undefined) return [-1, -1];
  const isNone = usesPorts(protocol) && from === -1 && to === -1;
  if (from === undefined || to === undefined || isNone) throw missingPorts();
  return [from, to];
}

function usesPorts(protocol: string): boolean {
  return hasPorts(Number(NUMBERS.get(protocol)));
}

function canonicalProtocol(text: string | undefined): string {
  const name = text?.toLowerCase() ?? 'null';
  if (name === '-1' || NUMBERS.has(name)) return name;
  if (/^(0|[1-9]\d{0,2})$/.test(name) && Number(name) < 256) return NAMES[name] ?? name;
  throw new ServiceError('InvalidParameterValue', `Invalid value '${text ?? 'null'}' for protocol.`);
}

function missingPorts(): ServiceError {
  const message = 'Invalid value for portRange. Must specify both from and to ports with TCP/UDP/ICMP.';
  return new ServiceError('InvalidParameterValue', message);
}
