import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link in a mail allows without sign-in. */
export type LinkPurpose = 'unsubscribe' | 'confirm' | 'mute-alert' | 'delete-alert' | 'plot';

/** Keys that sign links: the current one signs, both verify. */
export type LinkKeys = { current: string; previous?: string };

/** What a token was signed for. `item`: the id of an alert, or a packed PlotLink. */
export type LinkTarget = { subscriber: string; item?: string };

/**
 * Signs a link for one subscriber, or for one alert of theirs. The token has the subscriber id, never the address, and does not expire:
 * people keep mails for years. What a link must not show for that long has its last date in `item`.
 */
export const signLink = (keys: LinkKeys, purpose: LinkPurpose, subscriber: string, item?: string): string => {
  const target = [subscriber, ...(item === undefined ? [] : [item])].join('.');
  return `${target}.${signature(keys.current, purpose, target)}`;
};

/** What a token was signed for; undefined if it was not signed with our keys for this purpose. */
export function verifyLink(keys: LinkKeys, purpose: LinkPurpose, token: string): LinkTarget | undefined {
  const parts = token.split('.');
  const signed = parts.pop() ?? '';
  const [subscriber = '', item, ...more] = parts;
  if (!subscriber || more.length > 0) return undefined;
  const isOurs = [keys.current, keys.previous].some(
    (key) => key !== undefined && isEqual(signed, signature(key, purpose, parts.join('.'))),
  );
  return isOurs ? { subscriber, ...(item !== undefined && { item }) } : undefined;
}

const signature = (key: string, purpose: LinkPurpose, target: string): string =>
  createHmac('sha256', key).update(`${purpose}.${target}`).digest('base64url');

function isEqual(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
