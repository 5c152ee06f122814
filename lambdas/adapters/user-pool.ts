import {
  AdminDeleteUserCommand,
  type CognitoIdentityProviderClient,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';

export type UserPool = ReturnType<typeof userPool>;

/** The Cognito user pool with the accounts of subscribers. */
export function userPool(client: CognitoIdentityProviderClient, UserPoolId: string) {
  return {
    /** Deletes an account. May be repeated. */
    async erase(Username: string): Promise<void> {
      try {
        await client.send(new AdminDeleteUserCommand({ UserPoolId, Username }));
      } catch (error) {
        if (!(error instanceof UserNotFoundException)) throw error;
      }
    },
  };
}
