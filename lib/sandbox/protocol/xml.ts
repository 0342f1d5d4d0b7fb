// Results to the XML of the query protocols: SDK names to wire names, lists to `<item>` elements.

/** The members that are not called on the wire as in the SDK, but for the first letter. */
const NAMES: Readonly<Record<string, string>> = {
  Tags: 'tagSet',
  UserIdGroupPairs: 'groups',
  Entries: 'entrySet',
  PrefixLists: 'prefixListSet',
  SecurityGroups: 'securityGroupInfo',
  SecurityGroupRules: 'securityGroupRuleSet',
  SecurityGroupVpcAssociations: 'securityGroupVpcAssociationSet',
  Vpcs: 'vpcSet',
  RevokedSecurityGroupRules: 'revokedSecurityGroupRuleSet',
  UnknownIpPermissions: 'unknownIpPermissionSet',
  NetworkInterfaces: 'networkInterfaceSet',
  Groups: 'groupSet',
  PrivateIpAddresses: 'privateIpAddressesSet',
  Ipv6Addresses: 'ipv6AddressesSet',
  Ipv6Prefixes: 'ipv6PrefixSet',
  Subnets: 'subnetSet',
  RouteTables: 'routeTableSet',
  Associations: 'associationSet',
  Routes: 'routeSet',
  NetworkAcls: 'networkAclSet',
  InternetGateways: 'internetGatewaySet',
  FlowLogs: 'flowLogSet',
  Attachments: 'attachmentSet',
  VpcBlockPublicAccessExclusions: 'vpcBlockPublicAccessExclusionSet',
};

/** A result in the SDK's shape, with the names that EC2 writes. */
export function toWire(shape: object): object {
  return Object.fromEntries(
    Object.entries(shape).map(([name, value]) => [
      NAMES[name] ?? name.charAt(0).toLowerCase() + name.slice(1),
      wired(value),
    ]),
  );
}

/** Writes an element, and those of lists as EC2 or as the service calls them; members that are undefined are left out. */
export function toXml(name: string, value: unknown, itemName = 'item'): string {
  return value === undefined ? '' : `<${name}>${contentOf(value, itemName)}</${name}>`;
}

function wired(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wired);
  return value instanceof Object ? toWire(value) : value;
}

function contentOf(value: unknown, itemName: string): string {
  if (Array.isArray(value)) return value.map((item) => toXml(itemName, item, itemName)).join('');
  if (!(value instanceof Object)) return escapeText(String(value));
  return Object.entries(value)
    .map(([name, member]) => toXml(name, member, itemName))
    .join('');
}

/** Only what must be: the SDK's parser cuts the references of characters above U+FFFF to 16 bits. */
function escapeText(text: string): string {
  return text.replace(/[&<>"]|\p{Cc}/gu, (character) => `&#${character.codePointAt(0)};`);
}
