import Papa from 'papaparse';
import * as z from 'zod';
import { exchangeOf } from '../../contracts/exchange.ts';
import { fault, oddShape, priceRequests, statusFault } from '../../domain/collect/answers.ts';
import { barPart, partKey } from '../../domain/collect/bar-part.ts';
import type { Endpoint, PricePart, Provider } from '../../domain/collect/provider.ts';

const HOST = 'stooq.com';
/** Its texts for a symbol or range that it does not have, and for a quota that is used up: both with the status 200. */
const NO_DATA = /^no data/i;
const QUOTA = /exceeded the daily hits limit/i;

const row = z.object({
  date: z.string(),
  close: z.string(),
  open: z.string(),
  high: z.string(),
  low: z.string(),
  vol: z.string(),
});

/** `BRK.B` is `brk-b.us`, and `TCS.NS` is not there. */
const symbolOf = (ticker: string): string => `${ticker.replaceAll('.', '-')}.us`.toLowerCase();
const compact = (date: string): string => date.replaceAll('-', '');
/** `20250307` and `2025-03-07`. */
const isoDate = (text: string): string | undefined => {
  const [, y, m, d] = /^(\d{4})-?(\d\d)-?(\d\d)$/.exec(text) ?? [];
  return y && `${y}-${m}-${d}`;
};

const prices: Endpoint<PricePart> = {
  // Divided by splits that its answers do not have: only the last session is used.
  basis: 'split-adjusted',
  plan: (query, context) => {
    const american = query.subjects.filter((ticker) => exchangeOf(ticker) === 'NYSE');
    const range = `d1=${compact(query.from)}&d2=${compact(query.to)}`;
    return priceRequests({ ...query, subjects: american }, context, (ticker) => {
      return `https://${HOST}/q/d/l/?s=${encodeURIComponent(symbolOf(ticker))}&${range}&i=d`;
    });
  },
  read(response) {
    const failed = statusFault(response);
    if (failed) return failed;
    const text = response.body.trim();
    if (QUOTA.test(text)) return fault('quota', text);
    if (NO_DATA.test(text)) return fault('not-found', text);
    // `<DATE>` and `Date`, `<VOL>` and `Volume`.
    const name = (header: string) => header.replace(/[<>]/g, '').toLowerCase().replace('volume', 'vol');
    const { data, meta } = Papa.parse<object>(text, { header: true, skipEmptyLines: true, transformHeader: name });
    return meta.fields?.includes('close') ? { rows: data } : oddShape(text);
  },
  normalise(given, { subject: ticker, from, to }) {
    const { success, data } = row.safeParse(given);
    const date = success ? isoDate(data.date) : undefined;
    if (!success || !date) return { rejected: 'a bar of another shape' };
    return date < from || date > to ? undefined : barPart({ ticker, date }, { ...data, volume: data.vol });
  },
  key: partKey,
};

/** Stooq's daily closes of American tickers. */
export const stooq: Provider = { name: 'stooq', hosts: [HOST], auth: undefined, endpoints: { prices } };
