/** A request to one of the APIs, as the recorded vendor gets it. */
export type VendorRequest = {
  host: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
};
export type VendorAnswer = { status: number; body: string; headers?: Record<string, string> };

/** What vendors know: the time (ms since 1970), and their own numbers. */
export type VendorWorld = {
  now: () => number;
  /** Splits: ticker → date and ratio. */
  splits: Map<string, { date: string; ratio: number }>;
  /** Tickers that no API knows. */
  unknown: Set<string>;
};

/** One API: answers like it, with numbers of our own; undefined for a path that it does not have. */
export type Vendor = (request: VendorRequest, world: VendorWorld) => VendorAnswer | undefined;

export const json = (value: unknown, status = 200): VendorAnswer => ({ status, body: JSON.stringify(value) });
