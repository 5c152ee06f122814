import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link in a mail allows without sign-in. */
export type LinkPurpose = 'unsubscribe' | 'confirm';

/** Keys that sign links: the current one signs, both verify. */
export type LinkKeys = { current: string; previous?: string };

/** Signs a link for one subscriber. The token has the subscriber id, never the address, and does not expire: people keep mails for years. */
export const signLink = (keys: LinkKeys, purpose: LinkPurpose, subscriber: string): string =>
  `${subscriber}.${signature(keys.current, purpose, subscriber)}`;

/** The subscriber id of a token; undefined if it was not signed with our keys for this purpose. */
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
