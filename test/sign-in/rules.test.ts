import { Scope } from '../../lambdas/contracts/scopes.ts';
import { handler } from '../../lambdas/sign-in/handler.ts';
import { mayJoin, messageFor, tokenFor } from '../../lambdas/sign-in/rules.ts';

test.each([
  ['ada@example.com', [], true],
  ['ada@Example.COM', ['example.com'], true],
  ['ada@evil-example.com', ['example.com'], false],
  ['"a@example.com"@evil.com', ['example.com'], false],
  ['', ['example.com'], false],
])('%s with the signUpDomains %j may sign up: %s', (address, domains, may) =>
  expect(mayJoin(address, domains)).toBe(may),
);

test('a token has the address and whether it is verified; only operators get their scope', () => {
  const attributes = { email: 'ada@example.com', email_verified: 'true' };
  expect(tokenFor(attributes, [])).toEqual({ claimsToAddOrOverride: attributes, scopesToAdd: [] });
  expect(tokenFor(attributes, ['operators']).scopesToAdd).toEqual([Scope.operations]);
  expect(tokenFor({}, ['others'])).toEqual({
    claimsToAddOrOverride: { email: '', email_verified: 'false' },
    scopesToAdd: [],
  });
});

test('the trigger returns its event with the claims', async () => {
  const event = {
    triggerSource: 'TokenGeneration_Authentication',
    request: { userAttributes: { email: 'ada@example.com', email_verified: 'true' }, groupConfiguration: {} },
    response: { claimsAndScopeOverrideDetails: null },
  };
  expect(await handler(event as never)).toMatchObject({
    response: {
      claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { email: 'ada@example.com' } } },
    },
  });
});

test('a mail with a code has the placeholder in its message, and only there', () => {
  const request = { codeParameter: '{####}' };
  const { emailSubject = '', emailMessage = '' } = messageFor({
    triggerSource: 'CustomMessage_Authentication',
    request,
  });
  expect(emailSubject).toBe('Your code for Closing Bell');
  expect(emailMessage.match(/\{####\}/g)).toHaveLength(1);
  // Cognito's limit.
  expect(emailMessage.length).toBeLessThan(20_000);
  expect(messageFor({ triggerSource: 'CustomMessage_AdminCreateUser', request })).toEqual({});
});
