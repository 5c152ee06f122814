import { resolve } from 'node:dns/promises';
import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';

/** Looks up a name in the DNS. @returns false if there is none */
type Exists = (host: string) => Promise<boolean>;

const existsInDns: Exists = (host) =>
  resolve(host).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTFOUND' || error.code === 'ENODATA') return false;
      throw new Error(`Could not look up ${host} (${error.message}). Try again.`);
    },
  );

/**
 * Checks before a deployment that the prefix of the sign-in page is free. Otherwise the deployment fails in the middle, and its rollback
 * leaves protected tables, buckets and a user pool.
 * @param ownPool id of the user pool that is already deployed: it may own the prefix
 * @throws Error if another user pool owns it
 */
export async function checkSignInPrefix(
  client: CognitoIdentityProviderClient,
  prefix: string,
  { region, ownPool }: { region: string; ownPool: string | undefined },
  exists: Exists = existsInDns,
): Promise<void> {
  const { DomainDescription } = await client.send(new DescribeUserPoolDomainCommand({ Domain: prefix }));
  const pool = DomainDescription?.UserPoolId;
  if (pool !== undefined && pool === ownPool) return;
  const host = `${prefix}.auth.${region}.amazoncognito.com`;
  // User pools of other accounts are visible only in the DNS.
  if (pool !== undefined || (await exists(host)))
    throw new Error(`The sign-in prefix "${prefix}" is taken: ${host} exists. Choose another signInPrefix.`);
}
