import {
  AdminDeleteUserCommand,
  CognitoIdentityProviderClient,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { linkKeys } from '../../lambdas/adapters/link-keys.ts';
import { userPool } from '../../lambdas/adapters/user-pool.ts';

const gone = new ResourceNotFoundException({ message: 'none', $metadata: {} });

test('the previous key is read too, if there is one, and both are cached for minutes', async () => {
  const secrets = mockClient(SecretsManagerClient);
  secrets.on(GetSecretValueCommand, { VersionStage: 'AWSCURRENT' }).resolves({ SecretString: 'first' });
  secrets.on(GetSecretValueCommand, { VersionStage: 'AWSPREVIOUS' }).rejects(gone);
  let now = 0;
  const keys = linkKeys(new SecretsManagerClient({}), 'secret', () => now);
  expect(await keys()).toEqual({ current: 'first' });
  secrets.on(GetSecretValueCommand, { VersionStage: 'AWSCURRENT' }).resolves({ SecretString: 'second' });
  secrets.on(GetSecretValueCommand, { VersionStage: 'AWSPREVIOUS' }).resolves({ SecretString: 'first' });
  expect(await keys()).toEqual({ current: 'first' });
  now = 300_001;
  expect(await keys()).toEqual({ current: 'second', previous: 'first' });
});

test('a failure to read the key is not cached', async () => {
  const secrets = mockClient(SecretsManagerClient);
  secrets.on(GetSecretValueCommand).rejects(new Error('throttled'));
  const keys = linkKeys(new SecretsManagerClient({}), 'secret', () => 0);
  await expect(keys()).rejects.toThrow('throttled');
  secrets.on(GetSecretValueCommand).resolves({ SecretString: 'key' });
  expect(await keys()).toMatchObject({ current: 'key' });
});

test('erasing an account that does not exist succeeds', async () => {
  const pool = mockClient(CognitoIdentityProviderClient);
  pool.on(AdminDeleteUserCommand).rejects(new UserNotFoundException({ message: 'none', $metadata: {} }));
  await expect(userPool(new CognitoIdentityProviderClient({}), 'pool').erase('account-1')).resolves.toBeUndefined();
});
