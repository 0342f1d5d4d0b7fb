// A new security group: what its event says, and who judges the outbound rule that it starts with.
import { describe, expect, it } from 'vitest';
import { EventError, parseChange } from '../../../lib/change/change.ts';
import event from '../../fixtures/events/eventbridge-create-security-group-console.json' with {
  type: 'json',
};

function withRecord(more: object): object {
  return { ...event, detail: { ...event.detail, ...more } };
}

describe('CreateSecurityGroup', () => {
  it('changes every outbound rule of the group that the answer names', () => {
    expect(parseChange(event)).toMatchObject({
      kind: 'changed',
      group: { by: 'id', id: 'sg-000000c0d00fd0aed' },
      direction: 'egress',
      rules: { by: 'group' },
      madeBy: 'actor',
    });
  });

  it('is read alike where it names no VPC: the group is in the default VPC then', () => {
    const { vpcId: _, ...requestParameters } = event.detail.requestParameters;

    expect(parseChange(withRecord({ requestParameters }))).toEqual(parseChange(event));
  });

  it.each([
    ['failed', { errorCode: 'Client.VpcLimitExceeded', responseElements: null }],
    ['was a dry run', { errorCode: 'Client.DryRunOperation', responseElements: null }],
    ['was not carried out', { responseElements: { _return: false, groupId: 'sg-0new' } }],
  ])('is no change where the call %s', (_, more) => {
    expect(parseChange(withRecord(more)).kind).toBe('none');
  });

  it('cannot be read without the id: a group of another VPC may have the same name', () => {
    expect(() => parseChange(withRecord({ responseElements: { _return: true } }))).toThrow(EventError);
  });
});
