import { codeMail } from '../contracts/code-mail.ts';
import { OPERATORS_GROUP, Scope } from '../contracts/scopes.ts';

/** True if a mailbox may sign up. @param domains mail domains that may sign up; empty allows all */
export function mayJoin(address: string, domains: readonly string[]): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return domains.length === 0 || domains.some((allowed) => allowed.toLowerCase() === domain);
}

/** Claims and scopes to add to an access token: the verified mail address, and the operators' scope for members of their group. */
export function tokenFor(attributes: Record<string, string>, groups: readonly string[]) {
  return {
    claimsToAddOrOverride: {
      email: attributes['email'] ?? '',
      email_verified: attributes['email_verified'] ?? 'false',
    },
    scopesToAdd: groups.includes(OPERATORS_GROUP) ? [Scope.operations] : [],
  };
}

/**
 * The mail with a code. Cognito replaces the placeholder in the message, not in the subject; the mail about a new account also needs
 * the name, and stays as Cognito writes it.
 */
export function messageFor({ triggerSource, request }: { triggerSource: string; request: { codeParameter: string } }) {
  if (triggerSource === 'CustomMessage_AdminCreateUser') return {};
  return { emailSubject: 'Your code for Closing Bell', emailMessage: codeMail(request.codeParameter).html };
}
