// Halves of a call that are too large for CloudTrail: what is left says what the call is about, or nobody can.
import { describe, expect, it } from 'vitest';
import { parseChange } from '../../../lib/change/change.ts';
import authorize from '../../fixtures/events/authorize-ingress-terraform-ssh-world-2026.json' with {
  type: 'json',
};
import created from '../../fixtures/events/create-security-group-2022.json' with { type: 'json' };
import prefixList from '../../fixtures/events/modify-managed-prefix-list-two-added-one-removed.json' with {
  type: 'json',
};
import modify from '../../fixtures/events/modify-security-group-rules-console-one-rule.json' with {
  type: 'json',
};

const LEFT_OUT = { reason: 'too large', omitted: true, originalSize: 131_072 };
const OF_TEXTS = { reason: 'too large', omitted: 'true', originalSize: '131072' };

describe('a call of which CloudTrail left out one half', () => {
  it.each([
    ['the request', { ...authorize, requestParameters: LEFT_OUT }, 'id'],
    ['the request, in texts', { ...authorize, requestParameters: OF_TEXTS }, 'id'],
    ['the response', { ...authorize, responseElements: LEFT_OUT }, 'content'],
    ['the response, in texts', { ...authorize, responseElements: OF_TEXTS }, 'content'],
    ['the response of a modification', { ...modify, responseElements: LEFT_OUT }, 'id'],
  ])('is about the group that the other half names: %s', (_, event, by) => {
    expect(parseChange(event)).toMatchObject({ kind: 'changed', group: { by: 'id' }, rules: { by } });
  });

  it('is about the prefix list that the answer names', () => {
    expect(parseChange({ ...prefixList, requestParameters: LEFT_OUT })).toMatchObject({
      kind: 'changed',
      rules: { by: 'prefix-list', prefixListId: 'pl-0d6b2f8e4a1c97350' },
    });
  });

  it.each([
    ['a modification, whose answer names nothing', { ...modify, requestParameters: LEFT_OUT }],
    ['a new group, whose id only the answer has', { ...created, responseElements: LEFT_OUT }],
    [
      'an answer of 2020, which names nothing',
      { ...authorize, requestParameters: LEFT_OUT, responseElements: { _return: true } },
    ],
  ])('is about nobody knows what where the other half does not say it: %s', (_, event) => {
    expect(parseChange(event).kind).toBe('omitted');
  });
});

describe('a call of which CloudTrail left out both halves', () => {
  const both = { requestParameters: LEFT_OUT, responseElements: LEFT_OUT };

  it.each([authorize, modify, created, prefixList])('is about nobody knows what: $eventName', (event) => {
    const change = parseChange({ ...event, ...both });

    expect(change).toMatchObject({ kind: 'omitted', eventName: event.eventName, time: event.eventTime });
  });

  it('is no change if it failed, or opens nothing', () => {
    expect(parseChange({ ...authorize, ...both, errorCode: 'Client.InvalidPermission.Duplicate' }).kind).toBe(
      'none',
    );
    expect(parseChange({ ...authorize, ...both, eventName: 'RevokeSecurityGroupIngress' }).kind).toBe('none');
    expect(parseChange({ ...authorize, ...both, eventName: 'CreateTags' })).toMatchObject({
      kind: 'none',
      reason: 'CloudTrail left out what it tags',
    });
  });
});
