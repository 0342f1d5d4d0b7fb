// Whether a group or a rule has the shape that its schema in exported.ts describes. A schema explains, but takes longer than all the rest
// of reading; so it is asked only about what is refused here.

type Fields = Readonly<Record<string, unknown>>;

/** True for what the schema of a group accepts. */
export function hasGroupShape(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.GroupId === 'string' &&
    isText(value.GroupName) &&
    isText(value.Description) &&
    isText(value.OwnerId) &&
    isText(value.VpcId) &&
    isText(value.SecurityGroupArn) &&
    isListOf(value.Tags, isTag) &&
    isListOf(value.IpPermissions, isPermission) &&
    isListOf(value.IpPermissionsEgress, isPermission)
  );
}

/** True for what the schema of a rule accepts. */
export function hasRuleShape(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.SecurityGroupRuleId === 'string' &&
    typeof value.GroupId === 'string' &&
    isText(value.GroupOwnerId) &&
    typeof value.IsEgress === 'boolean' &&
    hasTraffic(value) &&
    isText(value.CidrIpv4) &&
    isText(value.CidrIpv6) &&
    isText(value.PrefixListId) &&
    (value.ReferencedGroupInfo === undefined || isReference(value.ReferencedGroupInfo)) &&
    isText(value.Description) &&
    isListOf(value.Tags, isTag)
  );
}

function isReference(value: unknown): boolean {
  return isObject(value) && isText(value.GroupId) && isText(value.UserId);
}

function isTag(value: unknown): boolean {
  return isObject(value) && typeof value.Key === 'string' && typeof value.Value === 'string';
}

/** A key that is not known may be a misspelled one, or a source that EC2 has now: either way it lets something in. */
const PERMISSION_KEYS = new Set([
  ...['IpProtocol', 'FromPort', 'ToPort'],
  ...['IpRanges', 'Ipv6Ranges', 'PrefixListIds', 'UserIdGroupPairs'],
]);

function isPermission(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.keys(value).every((key) => PERMISSION_KEYS.has(key)) &&
    hasTraffic(value) &&
    isListOf(value.IpRanges, isIpv4) &&
    isListOf(value.Ipv6Ranges, isIpv6) &&
    isListOf(value.PrefixListIds, isPrefixList) &&
    isListOf(value.UserIdGroupPairs, isPair)
  );
}

function hasTraffic({ IpProtocol, FromPort, ToPort }: Fields): boolean {
  return typeof IpProtocol === 'string' && isWhole(FromPort) && isWhole(ToPort);
}

function isIpv4(value: unknown): boolean {
  return isObject(value) && typeof value.CidrIp === 'string' && isText(value.Description);
}

function isIpv6(value: unknown): boolean {
  return isObject(value) && typeof value.CidrIpv6 === 'string' && isText(value.Description);
}

function isPrefixList(value: unknown): boolean {
  return isObject(value) && typeof value.PrefixListId === 'string' && isText(value.Description);
}

function isPair(value: unknown): boolean {
  return isObject(value) && isText(value.GroupId) && isText(value.Description);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isWhole(value: unknown): boolean {
  return value === undefined || Number.isSafeInteger(value);
}

/** A list may be missing. */
function isListOf(value: unknown, isMember: (member: unknown) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isMember));
}
