import { describe, expect, it } from 'vitest';
import { parseChange } from '../../../lib/change/change.ts';
import record from '../../fixtures/events/authorize-ingress-terraform-ssh-world-2026.json' with {
  type: 'json',
};

const ALICE = { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/alice', userName: 'alice' };

describe('the actor', () => {
  const session = {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLE:jane@example.com',
    arn: 'arn:aws:sts::111122223333:assumed-role/admin/jane@example.com',
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/path/admin', userName: 'admin' },
      attributes: { mfaAuthenticated: 'true' },
    },
  };

  it.each([
    ['a user', ALICE, 'alice'],
    ['a user known by ARN alone', { arn: 'arn:aws:iam::111122223333:user/team/bob' }, 'bob'],
    ['a user whose principal id is odd', { ...ALICE, principalId: 'AROA****:User' }, 'alice'],
    ['the human of a role session', session, 'jane@example.com'],
    ['the session, not a user named beside it', { ...session, userName: 'admin' }, 'jane@example.com'],
    [
      'a session that only the principal id names',
      { ...session, arn: 'arn:aws:sts::1:assumed-role/admin' },
      'jane@example.com',
    ],
    [
      'the root user, whatever the account is called',
      { type: 'Root', userName: 'acme', arn: 'arn:aws:iam::1:root' },
      'root',
    ],
    ['the root user known by type alone', { type: 'Root', userName: 'acme' }, 'root'],
    ['the root user known by ARN alone', { arn: 'arn:aws:iam::1:root' }, 'root'],
    ['a federated user', { arn: 'arn:aws:sts::1:federated-user/carol' }, 'carol'],
    [
      'a service',
      { type: 'AWSService', invokedBy: 'ec2.amazonaws.com', arn: 'arn:aws:iam::1:role/x' },
      'ec2.amazonaws.com',
    ],
    ['a service that is all there is', { invokedBy: 'rds.amazonaws.com' }, 'rds.amazonaws.com'],
    [
      'a person of IAM Identity Center, by the id',
      {
        type: 'IdentityCenterUser',
        accountId: '1',
        onBehalfOf: { userId: '9448-3041' },
        credentialId: 'abc',
      },
      'Identity Center user 9448-3041',
    ],
    [
      "another account's caller",
      { type: 'AWSAccount', principalId: 'AIDAEXAMPLE', accountId: '111122223333' },
      'AIDAEXAMPLE in account 111122223333',
    ],
    [
      "another account's session",
      { type: 'AWSAccount', principalId: 'AROAEXAMPLE:jane', accountId: '111122223333' },
      'jane in account 111122223333',
    ],
    [
      'another account, if that is all there is',
      { type: 'AWSAccount', accountId: '111122223333' },
      'somebody unknown in account 111122223333',
    ],
    [
      'a principal id, if that is all there is',
      { type: 'Unknown', principalId: 'AIDAEXAMPLE' },
      'AIDAEXAMPLE',
    ],
    ['somebody of a type that is new', { type: 'MoonUser' }, 'somebody of type MoonUser'],
    ['a name, whatever the type', { type: 'MoonUser', userName: 'luna', accountId: '1' }, 'luna'],
    ['somebody of an account', { type: 'Unknown', accountId: '1' }, 'somebody unknown in account 1'],
    ['nobody known', { type: 'Unknown' }, 'somebody unknown'],
    ['nobody, in an empty identity', {}, 'somebody unknown'],
    ['an identity of the wrong type', ['arn'], 'somebody unknown'],
    ['names of the wrong type', { type: 5, arn: {}, userName: [], principalId: true }, 'somebody unknown'],
  ])('is %s', (_, userIdentity, name) => {
    expect(parseChange({ ...record, userIdentity }).actor.name).toBe(name);
  });

  it('has all that the record tells', () => {
    const event = {
      ...record,
      userIdentity: session,
      sourceIPAddress: '203.0.113.24',
      userAgent: 'aws-cli/2',
    };

    expect(parseChange(event).actor).toEqual({
      arn: session.arn,
      name: 'jane@example.com',
      type: 'AssumedRole',
      role: 'admin',
      roleArn: session.sessionContext.sessionIssuer.arn,
      service: undefined,
      sourceAddress: '203.0.113.24',
      userAgent: 'aws-cli/2',
      mfa: true,
    });
  });

  it('is the same when a data lake has written the keys in lower case', () => {
    const { sessionContext, principalId, ...rest } = session;
    const { sessionIssuer, attributes } = sessionContext;
    const userIdentity = {
      ...rest,
      principalid: principalId,
      sessioncontext: {
        sessionissuer: { username: sessionIssuer.userName, arn: sessionIssuer.arn },
        attributes: { mfaauthenticated: attributes.mfaAuthenticated },
      },
    };

    expect(parseChange({ ...record, userIdentity }).actor).toEqual(
      parseChange({ ...record, userIdentity: session }).actor,
    );
  });

  it('keeps the human when a service acts for one, and names the service', () => {
    const userIdentity = { ...session, invokedBy: 'cloudformation.amazonaws.com' };

    expect(parseChange({ ...record, userIdentity }).actor).toMatchObject({
      name: 'jane@example.com',
      service: 'cloudformation.amazonaws.com',
    });
  });

  it('is no service in the console', () => {
    const userIdentity = { ...ALICE, invokedBy: 'signin.amazonaws.com' };

    expect(parseChange({ ...record, userIdentity }).actor).toMatchObject({
      name: 'alice',
      service: undefined,
    });
  });

  it('has a role only in a role session', () => {
    const issuer = { sessionContext: { sessionIssuer: { type: 'IAMUser', userName: 'broker' } } };
    const federated = { ...issuer, type: 'FederatedUser', arn: 'arn:aws:sts::1:federated-user/carol' };

    expect(parseChange({ ...record, userIdentity: federated }).actor.role).toBeUndefined();
  });

  it('is told for events that change nothing, too', () => {
    expect(parseChange({ ...record, errorCode: 'Client.UnauthorizedOperation' }).actor.name).toBe(
      'test_user',
    );
  });
});
