/** Names of the environment variables the stack sets and the handlers read. */
export const Env = {
  pricesTable: 'PRICES_TABLE',
  deliveriesTable: 'DELIVERIES_TABLE',
  subscribersTable: 'SUBSCRIBERS_TABLE',
  digestsTable: 'DIGESTS_TABLE',
  recordsBucket: 'RECORDS_BUCKET',
  deliveriesQueueUrl: 'DELIVERIES_QUEUE_URL',
  refreshedQueueUrl: 'REFRESHED_QUEUE_URL',
  /** The queue a function is fed from. */
  sourceQueueUrl: 'SOURCE_QUEUE_URL',
  deadLettersUrl: 'DEAD_LETTERS_URL',
  /** After so many receives SQS gives a message up. */
  maxReceives: 'MAX_RECEIVES',
  /** Seconds until a failed message is tried again for the first time. */
  retryAfter: 'RETRY_AFTER_SECONDS',
  /** Into how many segments a refreshed delivery splits the subscribers. */
  fanOutSegments: 'FAN_OUT_SEGMENTS',
  /** How many fan-out invocations run at once: each takes its share of the SES rate. */
  fanOutConcurrency: 'FAN_OUT_CONCURRENCY',
  /** Share of rejected rows (0 to 1) above which a whole file is rejected. */
  maxRejectedShare: 'MAX_REJECTED_SHARE',
  /** Bytes of a file, and of what it unpacks to, above which it is rejected. */
  maxFileBytes: 'MAX_FILE_BYTES',
  /** Relative move of a close (0.5 is 50 %) above which it is suspect. */
  suspectMove: 'SUSPECT_MOVE',
  /** Seconds after which a claim that no SES event has settled may be sent again. */
  claimSettlesAfter: 'CLAIM_SETTLES_AFTER_SECONDS',
  /** Seconds that SES may take to answer. */
  sesTimeout: 'SES_TIMEOUT_SECONDS',
  sender: 'SENDER_ADDRESS',
  configurationSet: 'SES_CONFIGURATION_SET',
  /** Where subscribers manage what they get; no trailing slash. */
  webUrl: 'WEB_URL',
  /** Where the API is reached; no trailing slash. */
  apiUrl: 'API_URL',
  tickersTable: 'TICKERS_TABLE',
  limitsTable: 'LIMITS_TABLE',
  /** The secret that links in mails are signed with. */
  linkSecret: 'LINK_SECRET_ARN',
  /** The user pool whose accounts are erased with their subscribers. */
  userPool: 'USER_POOL_ID',
  /** Mail domains, separated by commas, whose mailboxes may sign up by themselves. */
  signUpDomains: 'SIGN_UP_DOMAINS',
} as const;

/** What every function that reads a queue is told of it. */
export const SOURCE_ENV = [Env.sourceQueueUrl, Env.deadLettersUrl, Env.maxReceives, Env.retryAfter] as const;

type EnvName = (typeof Env)[keyof typeof Env];

/** Variables that one stage sets and another does not: undefined where unset or empty. */
export const readOptional = (source: Record<string, string | undefined>, name: EnvName): string | undefined =>
  source[name] || undefined;

/**
 * Reads the named variables, so that a missing one fails the cold start by its name.
 * @throws Error naming every variable that is unset or empty
 */
export function readEnvironment<const Names extends readonly EnvName[]>(
  source: Record<string, string | undefined>,
  names: Names,
): Record<Names[number], string> {
  const missing = names.filter((name) => !source[name]);
  if (missing.length > 0) {
    throw new Error(`Environment variables expected but not set: ${missing.join(', ')}. The stack sets them (lib/).`);
  }
  return Object.fromEntries(names.map((name) => [name, source[name]])) as Record<Names[number], string>;
}
