// The text of a CloudFormation template, in JSON or in YAML with its short tags, as plain values; and where in it something stands.
import {
  type CollectionTag,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  Pair,
  parseDocument,
  type ScalarTag,
  YAMLMap,
} from 'yaml';

/** The value of a YAML text; a text that says why, with line and column, where it cannot be read. */
export function parseTemplate(text: string): { readonly value: unknown } | string {
  const document = parseDocument(text, OPTIONS);
  const [error] = document.errors;
  if (error !== undefined) {
    const [start] = error.linePos ?? [];
    return `:${start?.line ?? 1}:${start?.col ?? 1}: ${error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '')}`;
  }
  try {
    return { value: document.toJS() };
  } catch (cause) {
    // Aliases of aliases: the text is small, and what it stands for is not.
    return `: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

/** The line of a resource, or of what stands in its properties. */
export type FindLine = (logicalId: string, within?: readonly (string | number)[]) => number | undefined;

/** Where everything of a template stands. */
export function lineFinder(text: string): FindLine {
  const lineCounter = new LineCounter();
  const { contents } = parseDocument(text, { ...OPTIONS, lineCounter });
  const resources = isMap(contents) ? contents.get('Resources', true) : undefined;
  if (!isMap(resources)) return () => undefined;
  const keys = new Map(
    resources.items.flatMap(({ key }) => (isScalar(key) ? [[String(key.value), key] as const] : [])),
  );
  return (logicalId, within = []) => {
    const path = [logicalId, 'Properties', ...within];
    const inside = within.length === 0 ? undefined : resources.getIn(path, true);
    const [start] = (isNode(inside) ? inside.range : keys.get(logicalId)?.range) ?? [];
    return start === undefined ? undefined : lineCounter.linePos(start).line;
  };
}

const FUNCTIONS = [
  'And',
  'Base64',
  'Cidr',
  'Contains',
  'EachMemberEquals',
  'EachMemberIn',
  'Equals',
  'FindInMap',
  'ForEach',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'RefAll',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
  'ValueOf',
  'ValueOfAll',
];

/** `!GetAtt a.b` is `{ Fn::GetAtt: a.b }`. */
const TAGS = [
  ...['Ref', 'Condition'].flatMap((name) => tagsOf(name, name)),
  ...FUNCTIONS.flatMap((name) => tagsOf(name, `Fn::${name}`)),
];

function tagsOf(name: string, key: string): readonly (ScalarTag | CollectionTag)[] {
  const wrap = (node: unknown) => {
    const map = new YAMLMap();
    map.items.push(new Pair(key, node));
    return map;
  };
  const tag = `!${name}`;
  return [
    { tag, resolve: (text: string) => ({ [key]: text }) },
    { tag, collection: 'seq', resolve: wrap },
    { tag, collection: 'map', resolve: wrap },
  ];
}

/** CloudFormation reads YAML 1.1 (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html). */
const OPTIONS = {
  version: '1.1' as const,
  logLevel: 'silent' as const,
  uniqueKeys: false,
  customTags: [...TAGS],
};
