import type { CustomMessageTriggerEvent, PreSignUpTriggerEvent, PreTokenGenerationV2TriggerEvent } from 'aws-lambda';
import { appLogger } from '../adapters/log.ts';
import { Env, environment } from '../contracts/environment.ts';
import { mayJoin, messageFor, tokenFor } from './rules.ts';

const domains = (environment(process.env).optional(Env.signUpDomains) ?? '').split(',').filter(Boolean);
const logger = appLogger();

type TriggerEvent = PreSignUpTriggerEvent | PreTokenGenerationV2TriggerEvent | CustomMessageTriggerEvent;

/** Cognito trigger: before a sign-up, before a token is issued, and before a code is mailed. */
export async function handler(event: TriggerEvent): Promise<TriggerEvent> {
  if (isMessage(event)) {
    Object.assign(event.response, messageFor(event));
    return event;
  }
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

const isMessage = (event: TriggerEvent): event is CustomMessageTriggerEvent =>
  event.triggerSource.startsWith('CustomMessage_');

const isToken = (event: TriggerEvent): event is PreTokenGenerationV2TriggerEvent =>
  event.triggerSource.startsWith('TokenGeneration_');
