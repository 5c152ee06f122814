import type { Context } from 'hono';
import * as z from 'zod';
import { mailAddress } from '../../contracts/subscriber.ts';
import { subscriberId } from '../../contracts/subscriber-id.ts';
import { Problem } from './problem.ts';

/** The claims of a token. API Gateway's JWT authorizer has checked issuer, audience, time and scope. */
const authorized = z.object({
  requestContext: z.object({ authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }) }) }),
});
const claims = z.object({
  sub: z.string().min(1),
  username: z.string().optional(),
  email: mailAddress,
  email_verified: z.union([z.literal(true), z.literal('true')]),
  /** Seconds since 1970. */
  iat: z.coerce.number().default(0),
});

/** The person who calls. */
export type Caller = {
  /** Their subscriber id. */
  subscriber: string;
  address: string;
  /** User name at the issuer. */
  account: string;
  /** When the token was issued (ms since 1970). */
  issuedAt: number;
};

export type Http = { Bindings: { event?: unknown } };

/** @throws Problem if the token has no verified mail address */
export function callerOf(context: Context<Http>): Caller {
  const event = authorized.safeParse(context.env.event);
  const found = claims.safeParse(event.data?.requestContext.authorizer.jwt.claims);
  if (!found.success) {
    throw new Problem(
      403,
      'No confirmed mailbox',
      'Expected an access token with the claims "email" and "email_verified": true. Configure the issuer to add them.',
    );
  }
  const { sub, username, email, iat } = found.data;
  return { subscriber: subscriberId(email), address: email, account: username ?? sub, issuedAt: iat * 1000 };
}
