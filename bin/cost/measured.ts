/**
 * What one row, mail or invocation takes. The calls per mail, and what the template has, are compared with the code by
 * test/bin/cost.test.ts; times are of `npm run bench` on 2026-11-27, on a machine that draws a chart in 20 ms; sizes are of a ledger and a
 * prices table with a year of daily files.
 */
export const MEASURED = {
  /** Only an update is looked up: a tenth of the rows. */
  perRow: { writes: 1, reads: 0.1, ingestMs: 0.3 },
  /** A history: its rows of a ticker and a year are one item. */
  perHistoryRow: { writes: 0.0123, ingestMs: 0.004 },
  perMail: {
    /** Consistent reads: two pages of the ledger (three units each), and the subscriber. */
    readCalls: 3,
    reads: 7,
    /** The claim, and that it was sent. A record names the segments of six weeks: 1.2 KB, two units. */
    writeCalls: 2,
    writes: 4,
    /** SES tells that it accepted and delivered it: each event is a message, and one write of the same record. */
    events: 2,
    eventWrites: 4,
    fanOutMs: 9,
    logBytes: 60,
  },
  /** In base64. */
  perPicture: { bytes: 48_000, drawMs: 20 },
  /** Closes of about 20 months: one item of the history per year, and one of each day. */
  perTickerRead: { reads: 12, ms: 3 },
  /** Size of a subscriber with eight tickers; a scan is not consistent. */
  subscriberBytes: 600,
  /** Ten events of SES. */
  feedbackBatch: { events: 10, ms: 60 },
  /** MB of memory of the functions. */
  memory: { Ingest: 2048, FanOut: 1769, Feedback: 256 },
  /** Read units for the same closes as items of their own. */
  itemPerRow: { readsPerTicker: 11 },
} as const;

/** What is billed by the month although nothing happens, by the template of a stage without collectors. Metrics are an estimate. */
export const FIXED = {
  'CloudWatch alarm': 45,
  'CloudWatch composite alarm': 8,
  'CloudWatch dashboard': 1,
  'CloudWatch metric': 41,
  'Secrets Manager secret': 2,
  'WAF web ACL': 1,
  'WAF rule': 1,
} as const;
