// What of a template is not read: it is named, so that nobody takes it for checked.
import type { Caveat } from '../declared.ts';
import { type JsonObject, memberOf, objectOf, stringOf } from '../values.ts';

/** Transforms of AWS that neither make groups nor change them; what of them repeats resources is named by itself. */
const HARMLESS = [
  'AWS::Serverless',
  'AWS::LanguageExtensions',
  'AWS::SecretsManager',
  'AWS::CodeDeployBlueGreen',
];

const NOTES: Readonly<Record<string, string>> = {
  'AWS::CloudFormation::Stack': 'the template of a nested stack is not read: check it as a file of its own',
  'AWS::CloudFormation::StackSet': 'the template of a stack set is not read: check it as a file of its own',
  'AWS::Serverless::Application': 'a nested application is not read: check its template as a file of its own',
};

/** One caveat for each such part. */
export function unreadParts(template: JsonObject): readonly Caveat[] {
  const transforms = [memberOf(template, 'Transform') ?? []]
    .flat()
    .map((one) => stringOf(one) ?? stringOf(objectOf(one).Name) ?? '');
  const macros = transforms.filter((name) => !HARMLESS.some((harmless) => name.startsWith(harmless)));
  return [
    ...macros.map((name) =>
      gap(undefined, `macro ${name} may change any part of the template, and is not run`),
    ),
    ...Object.entries(objectOf(template.Resources)).flatMap(([logicalId, resource]) =>
      caveatsOf(logicalId, resource),
    ),
  ];
}

function caveatsOf(logicalId: string, resource: unknown): readonly Caveat[] {
  if (logicalId.startsWith('Fn::'))
    return [gap(logicalId, `${logicalId.split('::').slice(0, 2).join('::')} is not read`)];
  const { Type } = objectOf(resource);
  const type = stringOf(Type) ?? '';
  const note = NOTES[type];
  if (note !== undefined) return [{ address: logicalId, text: note, kind: 'note' }];
  if (type.endsWith('::MODULE')) return [gap(logicalId, 'a CloudFormation module is not read')];
  return JSON.stringify(resource)?.includes('"Fn::Transform"') === true
    ? [gap(logicalId, 'Fn::Transform may change any part of it, and is not run')]
    : [];
}

function gap(address: string | undefined, text: string): Caveat {
  return { ...(address === undefined ? {} : { address }), text, kind: 'gap' };
}
