// Which group and which rules a change names.
import { describe, expect, it } from 'vitest';
import { type Changed, EventError, parseChange } from '../../../lib/change/change.ts';
import { contentOf } from '../../../lib/rule.ts';
import recorded from '../../fixtures/events/authorize-ingress-terraform-ssh-world-2026.json' with {
  type: 'json',
};

const GROUP = 'sg-0e79c7acdf4a0225e';
const MISSING = 'is missing, and there is no group name and no rule id';

/** As answers were before rules had ids. */
const record = { ...recorded, responseElements: { _return: true } };
const request = recorded.requestParameters;
const answer = recorded.responseElements;

describe('the group', () => {
  it('is known by the id in the request', () => {
    expect(changed(record).group).toEqual({ by: 'id', id: GROUP });
  });

  it('is known by the id in the answer where the caller named it', () => {
    const byName = { groupName: 'web', ipPermissions: {} };
    const event = { ...recorded, requestParameters: byName };

    expect(changed(event).group).toEqual({ by: 'id', id: GROUP });
  });

  it('is known by its name where nothing has the id', () => {
    const event = { ...record, requestParameters: { ...request, groupId: undefined, groupName: 'web' } };

    expect(changed(event)).toMatchObject({ group: { by: 'name', name: 'web' }, rules: { by: 'content' } });
  });

  it('is unknown where only rule ids are given', () => {
    const event = modifying({ SecurityGroupRule: { SecurityGroupRuleId: 'sgr-0a1' } });

    expect(changed(event)).toMatchObject({ group: undefined, rules: { by: 'id', ids: ['sgr-0a1'] } });
  });

  it.each([
    ['both parameters left out', { ...record, requestParameters: null, responseElements: null }],
    ['contents alone', { ...record, requestParameters: { ipPermissions: request.ipPermissions } }],
    ['an id of the wrong type', { ...record, requestParameters: { groupId: [GROUP] } }],
    ['a change of rules without ids', modifying({ GroupId: '', SecurityGroupRule: { tag: 1 } })],
  ])('must be known: %s', (_, event) => {
    expect(() => parseChange(event)).toThrow(new EventError('requestParameters.groupId', MISSING));
  });
});

describe('added rules', () => {
  it.each([
    ['AuthorizeSecurityGroupIngress', 'ingress'],
    ['AuthorizeSecurityGroupEgress', 'egress'],
  ])('of %s are %s', (eventName, direction) => {
    const change = changed({ ...record, eventName });

    expect(change.direction).toBe(direction);
    expect(contents({ ...record, eventName })).toEqual([expect.stringMatching(new RegExp(`^${direction} `))]);
  });

  it('are known by the ids in the answer, whatever the request says', () => {
    const event = { ...recorded, requestParameters: { groupId: GROUP, ipPermissions: [5] } };

    expect(changed(event).rules).toMatchObject({ by: 'id', ids: ['sgr-0ab4202bcd11d93d2'] });
  });

  it('are all known by content when one of them has no id', () => {
    const securityGroupRuleSet = { items: [...answer.securityGroupRuleSet.items, { groupId: GROUP }] };

    expect(contents({ ...record, responseElements: { securityGroupRuleSet } })).toHaveLength(1);
  });

  it('have no id of their own and belong to the group', () => {
    const { rules } = changed(record);

    expect(rules).toMatchObject({ by: 'content', rules: [{ id: '', groupId: GROUP }] });
  });
});

describe('modified rules', () => {
  const inner = { CidrIpv4: '0.0.0.0/0', FromPort: 22, ToPort: 22, IpProtocol: 'tcp' };
  const one = { SecurityGroupRuleId: 'sgr-0a1', tag: 1, SecurityGroupRule: inner };
  const two = { SecurityGroupRuleId: 'sgr-0b2', tag: 2, SecurityGroupRule: { ...inner, Description: 443 } };

  it.each([
    ['an object for one', one, ['sgr-0a1']],
    ['an array for several', [one, two], ['sgr-0a1', 'sgr-0b2']],
    ['keys in lower case', { securitygroupruleid: 'sgr-0a1' }, ['sgr-0a1']],
  ])('are known by their ids: %s', (_, rules, ids) => {
    expect(changed(modify(rules)).rules).toMatchObject({ by: 'id', ids });
  });

  it('come with the group and without a direction', () => {
    expect(changed(modify(one))).toMatchObject({ group: { by: 'id', id: GROUP }, direction: undefined });
  });

  it('are known by id when the whole request is in lower case', () => {
    const requestParameters = {
      modifysecuritygrouprulesrequest: {
        groupid: GROUP,
        securitygrouprule: { securitygroupruleid: 'sgr-0a1' },
      },
    };

    expect(changed({ ...modify(one), requestParameters })).toMatchObject({
      group: { id: GROUP },
      rules: { by: 'id' },
    });
  });

  it.each([
    ['no rules', undefined],
    ['one without an id', [one, { tag: 2 }]],
    ['an id of the wrong type', { SecurityGroupRuleId: { content: 'sgr-0a1' } }],
  ])(
    'may be any of the group, in either direction, where the event does not name them all: %s',
    (_, rules) => {
      expect(changed(modify(rules))).toMatchObject({ direction: undefined, rules: { by: 'group' } });
    },
  );
});

function modifying(ModifySecurityGroupRulesRequest: object): object {
  const requestParameters = { ModifySecurityGroupRulesRequest };
  const responseElements = { ModifySecurityGroupRulesResponse: { return: true } };
  return { ...record, eventName: 'ModifySecurityGroupRules', requestParameters, responseElements };
}

function modify(SecurityGroupRule: unknown): object {
  return modifying({ GroupId: GROUP, SecurityGroupRule });
}

function changed(event: unknown): Changed {
  const change = parseChange(event);
  if (change.kind === 'changed') return change;
  throw new Error(`no change: ${change.kind}`);
}

function contents(event: unknown): readonly string[] {
  const { rules } = changed(event);
  if (rules.by === 'content') return rules.rules.map(contentOf);
  throw new Error(`rules are known by ${rules.by}`);
}
