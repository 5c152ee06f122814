import {
  CognitoIdentityProviderClient,
  DescribeUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { mockClient } from 'aws-sdk-client-mock';
import { checkSignInPrefix } from '../../../bin/deployment/sign-in-prefix.ts';

const cognito = mockClient(CognitoIdentityProviderClient);
const check = (ownPool: string | undefined, inDns: boolean) =>
  checkSignInPrefix(new CognitoIdentityProviderClient({}), 'bell', { region: 'eu-west-1', ownPool }, async () => inDns);
const belongsTo = (UserPoolId?: string) =>
  cognito.on(DescribeUserPoolDomainCommand).resolves({ DomainDescription: { ...(UserPoolId && { UserPoolId }) } });

beforeEach(() => cognito.reset());

test.each([
  ['is free', undefined, undefined, false, true],
  ['our own pool has', 'own', 'own', true, true],
  ['another pool of ours has', 'other', 'own', true, false],
  ['another account has', undefined, undefined, true, false],
])('a prefix that %s', async (_who, pool, ownPool, inDns, isFree) => {
  belongsTo(pool);
  const checked = check(ownPool, inDns);
  if (isFree) await expect(checked).resolves.toBeUndefined();
  else
    await expect(checked).rejects.toThrow('The sign-in prefix "bell" is taken: bell.auth.eu-west-1.amazoncognito.com');
});
