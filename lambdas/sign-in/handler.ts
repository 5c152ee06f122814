import type { PreSignUpTriggerEvent, PreTokenGenerationV2TriggerEvent } from 'aws-lambda';
import { appLogger } from '../adapters/log.ts';
import { Env, environment } from '../contracts/environment.ts';
import { mayJoin, tokenFor } from './rules.ts';

const domains = (environment(process.env).optional(Env.signUpDomains) ?? '').split(',').filter(Boolean);
const logger = appLogger();

/** Cognito trigger: before a sign-up, and before a token is issued. */
export async function handler(
  event: PreSignUpTriggerEvent | PreTokenGenerationV2TriggerEvent,
): Promise<PreSignUpTriggerEvent | PreTokenGenerationV2TriggerEvent> {
  if (isToken(event)) {
    const { userAttributes, groupConfiguration } = event.request;
    event.response.claimsAndScopeOverrideDetails = {
      accessTokenGeneration: tokenFor(userAttributes, groupConfiguration.groupsToOverride ?? []),
    };
    return event;
  }
  // An administrator may create an account for any mailbox; signing up may be limited to some domains.
  const isBySelf = event.triggerSource !== 'PreSignUp_AdminCreateUser';
  if (isBySelf && !mayJoin(event.request.userAttributes['email'] ?? '', domains)) {
    logger.info('sign-up refused', { why: 'the mail domain is not in signUpDomains' });
    throw new Error(`Only mailboxes of ${domains.join(', ')} may sign up here.`);
  }
  return event;
}

const isToken = (
  event: PreSignUpTriggerEvent | PreTokenGenerationV2TriggerEvent,
): event is PreTokenGenerationV2TriggerEvent => event.triggerSource.startsWith('TokenGeneration_');
