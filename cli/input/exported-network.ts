// What the AWS CLI prints of network interfaces and the network around them, checked before anything is made of it.
import type {
  InternetGateway,
  NetworkAcl,
  NetworkInterface,
  RouteTable,
  Subnet,
  VpcBlockPublicAccessExclusion,
  VpcBlockPublicAccessOptions,
} from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { check } from './exported.ts';

const text = z.string().optional();
const association = z.looseObject({ PublicIp: text, CarrierIp: text }).optional();

const networkInterface = z.looseObject({
  NetworkInterfaceId: z.string(),
  VpcId: z.string(),
  SubnetId: z.string(),
  Status: text,
  Description: text,
  DenyAllIgwTraffic: z.boolean().optional(),
  Attachment: z.looseObject({ InstanceId: text }).optional(),
  Groups: z.array(z.looseObject({ GroupId: z.string() })),
  Association: association,
  PrivateIpAddress: text,
  PrivateIpAddresses: z.array(z.looseObject({ PrivateIpAddress: text, Association: association })).optional(),
  Ipv6Addresses: z.array(z.looseObject({ Ipv6Address: z.string() })).optional(),
  Ipv6Prefixes: z.array(z.looseObject({ Ipv6Prefix: z.string() })).optional(),
  TagSet: z.array(z.looseObject({ Key: z.string(), Value: z.string() })).optional(),
});

const subnet = z.looseObject({
  SubnetId: z.string(),
  OwnerId: z.string(),
  Ipv6CidrBlockAssociationSet: z
    .array(z.looseObject({ Ipv6CidrBlock: z.string(), Ipv6AddressAttribute: text }))
    .optional(),
});

const routeTable = z.looseObject({
  RouteTableId: z.string(),
  VpcId: z.string(),
  Associations: z.array(
    z.looseObject({
      Main: z.boolean().optional(),
      SubnetId: text,
      GatewayId: text,
      AssociationState: z.looseObject({ State: text }).optional(),
    }),
  ),
  Routes: z.array(
    z.looseObject({
      DestinationCidrBlock: text,
      DestinationIpv6CidrBlock: text,
      DestinationPrefixListId: text,
      GatewayId: text,
      State: text,
      Origin: text,
    }),
  ),
});

const networkAcl = z.looseObject({
  NetworkAclId: z.string(),
  Associations: z.array(z.looseObject({ SubnetId: z.string() })),
  Entries: z.array(
    z.looseObject({
      RuleNumber: z.int(),
      RuleAction: z.enum(['allow', 'deny']),
      Egress: z.boolean(),
      Protocol: z.string(),
      CidrBlock: text,
      Ipv6CidrBlock: text,
      PortRange: z.looseObject({ From: z.int(), To: z.int() }).optional(),
      IcmpTypeCode: z.looseObject({ Type: z.int(), Code: z.int() }).optional(),
    }),
  ),
});

const internetGateway = z.looseObject({
  InternetGatewayId: z.string(),
  Attachments: z.array(z.looseObject({ VpcId: z.string(), State: text })),
});

const exclusion = z.looseObject({
  ResourceArn: z.string(),
  InternetGatewayExclusionMode: text,
  State: text,
});

const options = z.looseObject({
  AwsAccountId: z.string(),
  State: text,
  InternetGatewayBlockMode: text,
});

/** Each throws InputError with its place. */
export const parseExportedInterface = (what: string, value: unknown) =>
  check<NetworkInterface>(what, networkInterface, value);
export const parseExportedSubnet = (what: string, value: unknown) => check<Subnet>(what, subnet, value);
export const parseExportedRouteTable = (what: string, value: unknown) =>
  check<RouteTable>(what, routeTable, value);
export const parseExportedAcl = (what: string, value: unknown) => check<NetworkAcl>(what, networkAcl, value);
export const parseExportedGateway = (what: string, value: unknown) =>
  check<InternetGateway>(what, internetGateway, value);
export const parseExportedExclusion = (what: string, value: unknown) =>
  check<VpcBlockPublicAccessExclusion>(what, exclusion, value);
export const parseExportedOptions = (what: string, value: unknown) =>
  check<VpcBlockPublicAccessOptions>(what, options, value);
