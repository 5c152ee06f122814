import type { PreSignUpTriggerEvent, PreTokenGenerationV2TriggerEvent } from 'aws-lambda';
import { appLogger } from '../adapters/log.ts';
import { Env, readOptional } from '../contracts/environment.ts';
import { mayJoin, tokenFor } from './rules.ts';

const domains = (readOptional(process.env, Env.signUpDomains) ?? '').split(',').filter(Boolean);
const logger = appLogger();

/** What Cognito asks before an account and before a token. */
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
  // An operator may add any mailbox; by themselves only those of some domains may come.
  const isBySelf = event.triggerSource !== 'PreSignUp_AdminCreateUser';
  if (isBySelf && !mayJoin(event.request.userAttributes['email'] ?? '', domains)) {
    logger.info('sign-up refused', { why: 'the mail domain is not one of those that may sign up' });
    throw new Error(`Only mailboxes of ${domains.join(', ')} may sign up here.`);
  }
  return event;
}

const isToken = (
  event: PreSignUpTriggerEvent | PreTokenGenerationV2TriggerEvent,
): event is PreTokenGenerationV2TriggerEvent => event.triggerSource.startsWith('TokenGeneration_');
