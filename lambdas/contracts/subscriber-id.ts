import { hash } from 'node:crypto';

/** Opaque, stable id of a mailbox: 132 bits of SHA-256 over the lower-cased address, base64url (22 characters). */
export const subscriberId = (address: string): string =>
  hash('sha256', address.trim().toLowerCase(), 'base64url').slice(0, 22);

/**
 * Id that rate limits count: `ada+news@example.com` and `ada@example.com` are the same mailbox at most providers, so that plus
 * addresses cannot bypass a limit.
 */
export const limitId = (address: string): string => subscriberId(address.trim().replace(/\+[^@]*(?=@[^@]*$)/, ''));
