// SDK shapes to the names that EC2 writes in its XML.

/** `SecurityGroupRuleId` is written `securityGroupRuleId`, a list of tags `tagSet`; values are left as they are. */
export function toWire(shape: object): object {
  return Object.fromEntries(
    Object.entries(shape).map(([name, value]) => {
      const wired = Array.isArray(value)
        ? value.map(toWire)
        : value instanceof Object
          ? toWire(value)
          : value;
      return [name === 'Tags' ? 'tagSet' : name.charAt(0).toLowerCase() + name.slice(1), wired];
    }),
  );
}
