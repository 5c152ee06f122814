import { resolve } from 'node:dns/promises';
import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';

/** Looks a name up; false where there is none. */
type Exists = (host: string) => Promise<boolean>;

const inDns: Exists = (host) =>
  resolve(host).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTFOUND' || error.code === 'ENODATA') return false;
      throw new Error(`Whether ${host} exists could not be looked up (${error.message}). Try again.`);
    },
  );

/**
 * Checks before a deploy that the prefix of the sign-in page is free: found taken half-way, it leaves protected tables, buckets and
 * a pool behind after the rollback.
 * @param ownPool id of the user pool that is deployed already, whose prefix it may be
 * @throws Error where somebody else has it
 */
export async function checkSignInPrefix(
  client: CognitoIdentityProviderClient,
  prefix: string,
  { region, ownPool }: { region: string; ownPool: string | undefined },
  exists: Exists = inDns,
): Promise<void> {
  const { DomainDescription } = await client.send(new DescribeUserPoolDomainCommand({ Domain: prefix }));
  const pool = DomainDescription?.UserPoolId;
  if (pool !== undefined && pool === ownPool) return;
  const host = `${prefix}.auth.${region}.amazoncognito.com`;
  // Of another account's pool only its address can be seen.
  if (pool !== undefined || (await exists(host)))
    throw new Error(`The sign-in prefix "${prefix}" is taken: ${host} exists. Choose another with -c signInPrefix=….`);
}
