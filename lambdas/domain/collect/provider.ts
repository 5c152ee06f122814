import type { Collected, FaultKind, ProviderName } from '../../contracts/collect.ts';
import type { FlatRecord } from '../records/flat-record.ts';
import type { Calendar } from './market-calendar.ts';

export type { FlatRecord };

/** What is asked for: records of these subjects, from a date to another (ISO, both included). */
export type Query = { subjects: readonly string[]; from: string; to: string };

/** `now`: ms since 1970 at which the run was planned. */
export type PlanContext = { now: number; calendar: Calendar };

/** One GET, without its key. */
export type ApiRequest = {
  /** Full address, HTTPS, on the host of the provider. */
  url: string;
  /** Ticker or series that it is about; empty if it is about all of them. */
  subject: string;
  /** Dates that were asked for (ISO). */
  from: string;
  to: string;
  /** What the provider's `read` must know about the request. */
  kind?: string;
};

export type ApiResponse = { status: number; body: string; retryAfterMs?: number };

export type Fault = { fault: FaultKind; message: string; retryAfterMs?: number };
/** Rows as the provider wrote them. `next`: address of the next page. */
export type Page = { rows: unknown[]; next?: string; flags?: string[] };

/** A row of an answer is a record, a rejection with its reason, or nothing. */
export type Normalised<R> = { record: R } | { rejected: string } | undefined;

/** One bar or one split of a ticker; values are exact decimals as the provider has them. */
export type PricePart =
  | {
      part: 'bar';
      ticker: string;
      /** Date of the session (ISO). */
      date: string;
      /** ms since 1970, if the provider names an instant. */
      at?: number;
      close: string;
      open?: string;
      high?: string;
      low?: string;
      volume?: string;
    }
  /** `after` new shares for `before` old ones. */
  | { part: 'split'; ticker: string; date: string; after: string; before: string };

/** How closes of the past are written. `split-adjusted`: on the scale of the newest close. */
type Basis = 'raw' | 'split-adjusted';

/** One dataset of a provider: pure functions. `read` is the only place that knows the shapes of the provider, also those of errors. */
export type Endpoint<R> = {
  /** Only of prices. */
  basis?: Basis;
  /** True if the answers have every split of their range. */
  hasSplits?: boolean;
  /** True if sessions are missing in good answers now and then: that says nothing about them. */
  hasGaps?: boolean;
  /** True if prices are floats of 32 bits. */
  isFloat32?: boolean;
  /** Asked for if a run names no subjects. */
  subjects?: readonly string[];
  /** If a run has no dates: how many days before the planned one its range begins. Prices ask for sessions instead. */
  daysBack?: number;
  plan(query: Query, context: PlanContext): ApiRequest[];
  read(response: ApiResponse, request: ApiRequest): Page | Fault;
  normalise(row: unknown, request: ApiRequest, context: PlanContext): Normalised<R>;
  /** The rows of one subject, if it takes several requests to make a record. */
  combine?(rows: readonly unknown[]): unknown[];
  /** The same for two records of which the later one counts. */
  key(record: R): string;
};

/** Where the key goes. */
type Auth = { header: string; prefix?: string } | { parameter: string };

/** An API. Its title and limits are in contracts/collect.ts. */
export type Provider = {
  name: ProviderName;
  /** Only these are ever asked. */
  hosts: readonly string[];
  auth: Auth | undefined;
  endpoints: { prices?: Endpoint<PricePart> } & { [D in Exclude<Collected, 'prices'>]?: Endpoint<FlatRecord> };
};

export const isFault = (answer: Page | Fault): answer is Fault => 'fault' in answer;
