import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link from a mail may do, without sign-in. */
export type LinkPurpose = 'unsubscribe' | 'confirm';

/** Keys that sign links: the current one, and the one before it, which still verifies. */
export type LinkKeys = { current: string; previous?: string };

/**
 * Signs a link for one subscriber. It carries their id, never their address, and does not run out: mails are kept
 * for years.
 */
export const signLink = (keys: LinkKeys, purpose: LinkPurpose, subscriber: string): string =>
  `${subscriber}.${signature(keys.current, purpose, subscriber)}`;

/** The subscriber a link was signed for, or undefined where it was not signed by us, for this purpose. */
export function verifyLink(keys: LinkKeys, purpose: LinkPurpose, token: string): string | undefined {
  const [subscriber = '', signed = '', ...more] = token.split('.');
  if (!subscriber || more.length > 0) return undefined;
  const isOurs = [keys.current, keys.previous].some(
    (key) => key !== undefined && isEqual(signed, signature(key, purpose, subscriber)),
  );
  return isOurs ? subscriber : undefined;
}

const signature = (key: string, purpose: LinkPurpose, subscriber: string): string =>
  createHmac('sha256', key).update(`${purpose}.${subscriber}`).digest('base64url');

function isEqual(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
