import { OPERATORS_GROUP, Scope } from '../contracts/routes.ts';

/** @param domains mail domains that may sign up; empty lets everybody */
export function mayJoin(address: string, domains: readonly string[]): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return domains.length === 0 || domains.some((allowed) => allowed.toLowerCase() === domain);
}

/** What an access token says and allows: whose mailbox it is, and to operators their scope. */
export function tokenFor(attributes: Record<string, string>, groups: readonly string[]) {
  return {
    claimsToAddOrOverride: {
      email: attributes['email'] ?? '',
      email_verified: attributes['email_verified'] ?? 'false',
    },
    scopesToAdd: groups.includes(OPERATORS_GROUP) ? [Scope.operations] : [],
  };
}
