import { decimalIn, priceIn } from './answers.ts';
import type { Normalised, PricePart } from './provider.ts';

/** Prices and shares of one session, as the provider has them. */
type BarValues = { close?: unknown; open?: unknown; high?: unknown; low?: unknown; volume?: unknown };
type Session = { ticker: string; date: string; at?: number };

/** A bar with exact decimals. Without a close above 0 it is rejected; other values that cannot be read are left out. */
export function barPart(
  session: Session,
  { close, open, high, low, volume }: BarValues,
  price: (value: unknown) => string | undefined = priceIn,
): Normalised<PricePart> {
  const read = price(close);
  if (read === undefined) return { rejected: 'a bar without a close above 0' };
  const others = { open: price(open), high: price(high), low: price(low), volume: decimalIn(volume) };
  const known = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  return { record: { part: 'bar', ...session, close: read, ...known } };
}

/** A split of `after` new shares for `before` old ones. */
export function splitPart(session: Session, after: unknown, before: unknown): Normalised<PricePart> {
  const [more, fewer] = [priceIn(after), priceIn(before)];
  if (more === undefined || fewer === undefined) return { rejected: 'a split without a ratio' };
  return { record: { part: 'split', ticker: session.ticker, date: session.date, after: more, before: fewer } };
}

/** The same for two bars, or two splits, of one ticker and date. */
export const partKey = ({ part, ticker, date }: PricePart): string => `${ticker} ${date} ${part}`;
