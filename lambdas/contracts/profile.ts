import * as z from 'zod';

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

export const DECIMAL_MARKS = ['.', ','] as const;
export type DecimalMark = (typeof DECIMAL_MARKS)[number];

/** What a column of a price file means. */
export const COLUMN_ROLES = [
  'ticker',
  'name',
  'date',
  'close',
  'open',
  'high',
  'low',
  'volume',
  'split',
  'action',
] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];

/** How a file writes dates. `/` stands for `/`, `-` or `.`; `mon` for an English month name, before or after the day. */
const DATE_FORMATS = [
  'yyyy-mm-dd',
  'yyyymmdd',
  'd mon yyyy',
  'mm/dd/yyyy',
  'dd/mm/yyyy',
  'mm/dd/yy',
  'dd/mm/yy',
  'yy/mm/dd',
  'd mon yy',
  'epoch seconds',
  'epoch milliseconds',
  'excel serial',
] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

/** Units of prices, with the power of ten that turns them into the currency. */
export const UNITS = { pence: -2, cents: -2 } as const;

/** Shares (0 to 1) above which a file is rejected, or operators are warned. */
export const LIMITS = {
  /** Bad rows, of those with content and a close. The stage sets its own default. */
  badRows: 0.2,
  /** Rows whose close is outside their [low, high]. */
  closesOutsideRange: 0.05,
  /** Tickers with two different closes for one day. */
  differingCloses: 0.01,
  /** Warning: tickers of the feed's delivery before that are missing. */
  missingTickers: 0.1,
  /** Warning: closes that equal the ticker's close before. */
  unchangedCloses: 0.5,
  /** Warning: closes that moved by more than half, as suspect ones do. */
  suspectCloses: 0.1,
  /** Warning: sessions without a file, of those since the feed's delivery before. */
  missingSessions: 0,
} as const;
export type Limits = Record<keyof typeof LIMITS, number>;

const share = z.number().min(0).max(1);
const columnName = z.string().trim().min(1).max(100);

/** How to read the files of one feed, where a file cannot say it. Every field is optional. */
export const profile = z.strictObject({
  /** Header names of columns. */
  columns: z.partialRecord(z.enum(COLUMN_ROLES), columnName).optional(),
  delimiter: z.enum(DELIMITERS).optional(),
  dateFormat: z.enum(DATE_FORMATS).optional(),
  decimalMark: z.enum(DECIMAL_MARKS).optional(),
  /** IANA zone: a moment is the trading day on which it falls there. */
  timeZone: z.string().refine(isTimeZone, 'expected an IANA time zone like America/New_York').optional(),
  /** Rows in which the column has another value are left out. */
  filter: z.strictObject({ column: columnName, equals: z.string().max(100) }).optional(),
  unit: z.enum(Object.keys(UNITS) as (keyof typeof UNITS)[]).optional(),
  /** Action of rows without one. */
  defaultAction: z.enum(['I', 'U']).optional(),
  /** True to read split ratios written as `4:1`. */
  splitAsText: z.boolean().optional(),
  limits: z.partialRecord(z.enum(Object.keys(LIMITS) as (keyof Limits)[]), share).optional(),
});

export type Profile = z.infer<typeof profile>;

/** A profile as it is stored: versions of one feed count from 1. */
export const storedProfile = z.object({
  feed: z.string(),
  version: z.int().positive(),
  /** ISO instant, and the id of the operator. */
  savedAt: z.string(),
  savedBy: z.string(),
  profile,
});
export type StoredProfile = z.infer<typeof storedProfile>;

/** A profile with the answer to a question added. */
export function withAnswer(base: Profile, answer: Profile): Profile {
  const columns = { ...base.columns, ...answer.columns };
  return { ...base, ...answer, ...(Object.keys(columns).length > 0 && { columns }) };
}

/** @param badRows limit of the stage, unless the profile has one */
export const limitsOf = ({ limits }: Profile, badRows: number): Limits => ({ ...LIMITS, badRows, ...limits });

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
