// Which groups keep their rules, and how the operator names them.
import { describe, expect, it } from 'vitest';
import { parseProtected, protectionOf } from '../../../lib/plan/protected.ts';
import type { SecurityGroup } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

const group = (more: Partial<SecurityGroup> = {}): SecurityGroup => ({ ...CONTEXT.group, ...more });
const listed = (text: string) => {
  const parsed = parseProtected(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
};

describe('a group', () => {
  it.each(['aws:eks:cluster-name', 'kubernetes.io/cluster/prod', 'elbv2.k8s.aws/cluster'])(
    'keeps its rules where a service says by the tag %s that it looks after it',
    (tag) => {
      expect(protectionOf(group({ tags: { team: 'web', [tag]: 'x' } }), [])).toBe(
        `a service looks after the group, says its tag ${tag}`,
      );
    },
  );

  it('keeps its rules where its name says that Directory Service made it for its controllers', () => {
    expect(protectionOf(group({ name: 'd-9067aabbcc_controllers' }), [])).toBe(
      'Directory Service looks after the group, says its name d-9067aabbcc_controllers',
    );
  });

  it.each(['d-9067aabbcc_controllers-2', 'd-web_controllers', 'my-d-9067aabbcc_controllers', 'd-9067aabbcc'])(
    'is nobody’s for the name %s',
    (name) => {
      expect(protectionOf(group({ name }), [])).toBe(undefined);
    },
  );

  it.each([
    'kubernetes.io/clusters',
    'kubernetes.io/service-name',
    'Kubernetes.io/cluster/prod',
    'eks:nodegroup-name',
  ])('is nobody’s for the tag %s', (tag) => {
    expect(protectionOf(group({ tags: { [tag]: 'x' } }), [])).toBe(undefined);
  });

  it.each([
    ['sg-1', {}],
    ['name=web-*', { name: 'web-prod' }],
    ['tag:keep=y*', { tags: { keep: 'yes' } }],
  ])('that the operator lists as %s keeps its rules, in the operator’s words', (words, more) => {
    expect(protectionOf(group(more), listed(`sg-0other, ${words}`))).toBe(
      `the group is protected by ${words} in the setting protect`,
    );
  });

  it('that nothing names is not protected', () => {
    expect(protectionOf(group(), listed('sg-0other, name=bastion-*, tag:keep=yes'))).toBe(undefined);
  });

  it('that one entry names in several ways is said to be protected by all of them', () => {
    const selector = { ids: ['sg-1', 'sg-2'], names: ['web'], tags: { keep: 'yes' } };

    expect(protectionOf(group({ tags: { keep: 'yes' } }), [selector])).toBe(
      'the group is protected by sg-1, sg-2, name=web, tag:keep=yes in the setting protect',
    );
  });
});

describe('the list of protected groups', () => {
  it('names groups by id, name and tag, with commas and any spaces between', () => {
    expect(parseProtected(' sg-0abc9,name=bastion-* ,, tag:keep=yes=no,name=a b,')).toEqual([
      { ids: ['sg-0abc9'] },
      { names: ['bastion-*'] },
      { tags: { keep: 'yes=no' } },
      { names: ['a b'] },
    ]);
  });

  it('is empty where nothing stands in it', () => {
    expect([parseProtected(''), parseProtected(' , ')]).toEqual([[], []]);
  });

  it.each([
    'sg-',
    'sg-0ABC',
    'sg-0abc.',
    'asg-0abc',
    'name=',
    'myname=a',
    'tag:keep',
    'tag:=yes',
    'tag:keep=',
  ])('is refused with the first word that cannot be read: %s', (word) => {
    expect(parseProtected(`sg-0abc, ${word}, nonsense`)).toBe(word);
  });
});
