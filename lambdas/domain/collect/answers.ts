import { parseDecimals } from '../../contracts/exact-json.ts';
import { exchangeOf } from '../../contracts/exchange.ts';
import { firstCharacters, visible } from '../../contracts/visible.ts';
import { vendorDecimal } from '../vendor-file/decimal.ts';
import type { ApiRequest, ApiResponse, Fault, PlanContext, Query } from './provider.ts';
import { timesRatio } from './ratio.ts';

const MAX_MESSAGE = 200;

/** JSON of an answer, with every number as its text, so that no digit is lost; undefined if it is no JSON. */
export function jsonIn(body: string): unknown {
  try {
    return parseDecimals(body.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** A fault, with what the provider says about it. */
export const fault = (kind: Fault['fault'], message: string, retryAfterMs?: number): Fault => ({
  fault: kind,
  message: firstCharacters(visible(message.trim()), MAX_MESSAGE) || 'no reason given',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

const BY_STATUS: Record<number, Fault['fault']> = { 401: 'auth', 402: 'plan', 403: 'auth', 404: 'not-found' };

/** What an HTTP status means, where the provider has no meaning of its own; undefined for a success. */
export function statusFault({ status, body, retryAfterMs }: ApiResponse): Fault | undefined {
  if (status >= 200 && status < 300) return undefined;
  const message = `HTTP ${status}: ${body.trim().slice(0, MAX_MESSAGE) || 'no text'}`;
  const known = BY_STATUS[status];
  if (known) return fault(known, message);
  const isPassing = status === 408 || status === 429 || status >= 500;
  return fault(isPassing ? 'retry' : 'shape', message, retryAfterMs);
}

/** An answer that is not what the provider documents. */
export const oddShape = (body: string): Fault =>
  fault('shape', `an answer of another shape: ${body.trim().slice(0, 80) || 'nothing'}`);

/** The canonical text of a decimal of an answer; undefined for anything else, and for a sign. */
export const decimalIn = (value: unknown): string | undefined =>
  typeof value === 'string' ? vendorDecimal(value.trim(), '.') : undefined;

/** The same, with a sign. */
export function signedDecimalIn(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const decimal = vendorDecimal(text.replace(/^-/, ''), '.');
  return decimal !== undefined && text.startsWith('-') && decimal !== '0' ? `-${decimal}` : decimal;
}

/** A positive decimal; zero is no price. */
export const priceIn = (value: unknown): string | undefined => {
  const price = decimalIn(value);
  return price === '0' ? undefined : price;
};

const MAX_PLACES = 18;

/** A decimal times 10^places, to 18 places. */
export function scaledDecimal(value: string, places: number): string {
  const [sign, digits] = value.startsWith('-') ? ['-', value.slice(1)] : ['', value];
  const [a, b] = places < 0 ? ['1', String(10 ** -places)] : [String(10 ** places), '1'];
  return sign + timesRatio(digits, a, b, MAX_PLACES);
}

/** `BRK.B` is `BRK-B` for some providers. The suffix of an exchange stays. */
export const withDash = (ticker: string): string =>
  exchangeOf(ticker) === 'NYSE' ? ticker.replaceAll('.', '-') : ticker;

/** Requests for each ticker that has a session in the range: nothing is planned for holidays. */
export function priceRequests(
  { subjects, from, to }: Query,
  { calendar }: PlanContext,
  urlOf: (ticker: string) => string,
): ApiRequest[] {
  return subjects
    .filter((ticker) => calendar.sessions(ticker, from, to).length > 0)
    .map((subject) => ({ url: urlOf(subject), subject, from, to }));
}

/** An ISO instant from seconds since 1970; undefined if it is no such number. */
export const instantIn = (seconds: string): string | undefined => {
  const at = Number(seconds) * 1000;
  return Number.isFinite(at) && at > 0 ? new Date(at).toISOString() : undefined;
};
