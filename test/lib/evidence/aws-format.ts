/** The format of a flow log as EC2 spells it: each field as `${name}`. */
export function awsFormat(names: string): string {
  return names
    .split(' ')
    .map((name) => `\${${name}}`)
    .join(' ');
}
