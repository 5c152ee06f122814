/**
 * What one row, mail or invocation takes. Calls and sizes are compared with the code by test/bin/cost.test.ts; times are of `npm run bench`
 * on 2026-11-27, on a machine that draws a chart in 20 ms.
 */
export const MEASURED = {
  perRow: { writes: 1, reads: 1, ingestMs: 0.35 },
  /** A history: its rows of a ticker and a year are one item. */
  perHistoryRow: { writes: 0.0123, ingestMs: 0.004 },
  perMail: {
    /** Consistent reads of the ledger (two queries) and of the subscriber. */
    reads: 3,
    /** The claim, and that it was sent. */
    writes: 2,
    /** SES tells that it accepted and delivered it: each event is a message, and one write. */
    events: 2,
    /** Text and HTML. */
    bytes: 45_000,
    fanOutMs: 9,
    logBytes: 60,
  },
  perPicture: { bytes: 48_000, drawMs: 20 },
  /** Reading and folding the closes of a ticker once per invocation: three years, about 18 KB. */
  perTickerRead: { reads: 5, ms: 3 },
  /** Size of a subscriber with eight tickers; a scan is not consistent. */
  subscriberBytes: 600,
  /** Subscribers of one message of fan-out. */
  scanSegment: 5_000,
  /** Ten events of SES. */
  feedbackBatch: { events: 10, ms: 60 },
  /** MB of memory, see lib. */
  memory: { ingest: 2048, fanOut: 1769, feedback: 256 },
  /** Read units for a close that is an item of its own: about 100 bytes. */
  itemPerRow: { readsPerTicker: 18 },
} as const;

/** What is billed by the month although nothing happens, by the template of a stage without collectors. */
export const FIXED = {
  'CloudWatch alarm': 36,
  'CloudWatch composite alarm': 8,
  'CloudWatch dashboard': 1,
  'CloudWatch metric': 40,
  'Secrets Manager secret': 2,
  'WAF web ACL': 1,
  'WAF rule': 1,
} as const;
