/** Names of the environment variables that the stack sets and the handlers read. */
export const Env = {
  pricesTable: 'PRICES_TABLE',
  tickersTable: 'TICKERS_TABLE',
  deliveriesTable: 'DELIVERIES_TABLE',
  subscribersTable: 'SUBSCRIBERS_TABLE',
  ledgerTable: 'LEDGER_TABLE',
  limitsTable: 'LIMITS_TABLE',
  dropBucket: 'DROP_BUCKET',
  triesBucket: 'TRIES_BUCKET',
  mailsBucket: 'MAILS_BUCKET',
  /** The vendors who mail their files, as JSON. */
  mailSenders: 'MAIL_SENDERS',
  recordsBucket: 'RECORDS_BUCKET',
  deliveriesQueueUrl: 'DELIVERIES_QUEUE_URL',
  refreshedQueueUrl: 'REFRESHED_QUEUE_URL',
  /** The queue of the lake, to which it sends what it lacks. */
  lakeQueueUrl: 'LAKE_QUEUE_URL',
  /** The queue of the collectors, to which they hand their runs on. */
  collectQueueUrl: 'COLLECT_QUEUE_URL',
  /** Names of all queues and their dead letters, as JSON. */
  queues: 'QUEUES',
  runsTable: 'RUNS_TABLE',
  /** The collectors of the stage, as JSON. */
  collectors: 'COLLECTORS',
  /** When the files of feeds are due, as JSON. */
  feedSchedules: 'FEED_SCHEDULES',
  /** Holidays and sessions that the stage knows better, as JSON. */
  calendarOverrides: 'CALENDAR_OVERRIDES',
  /** Secret with the keys of market-data APIs. */
  apiKeysSecret: 'API_KEYS_SECRET_ARN',
  /** Address of the recorded vendor on a laptop, which answers instead of all APIs. */
  vendorsUrl: 'VENDORS_URL',
  /** Id of the Glue catalog: the account. */
  lakeCatalog: 'LAKE_CATALOG_ID',
  /** Prefix of the names of the lake's databases. */
  lakeDatabasePrefix: 'LAKE_DATABASE_PREFIX',
  /** Set by Lambda. */
  region: 'AWS_REGION',
  /** Address of another Glue than that of AWS, as for the SDK's clients. */
  glueEndpoint: 'AWS_ENDPOINT_URL_GLUE',
  /** The queue that feeds the function. */
  sourceQueueUrl: 'SOURCE_QUEUE_URL',
  deadLettersUrl: 'DEAD_LETTERS_URL',
  /** Number of receives after which SQS moves a message to the dead letters. */
  maxReceives: 'MAX_RECEIVES',
  /** Seconds until the first retry of a failed message. */
  retryAfter: 'RETRY_AFTER_SECONDS',
  /** Number of fan-out invocations that run at once. They share the SES rate. */
  fanOutConcurrency: 'FAN_OUT_CONCURRENCY',
  /** Share of bad rows (0 to 1) above which a file is rejected. */
  maxRejectedShare: 'MAX_REJECTED_SHARE',
  /** Bytes of a file, and of its unpacked text, above which it is rejected. */
  maxFileBytes: 'MAX_FILE_BYTES',
  /** Relative move of a close (0.5 is 50 %) above which it is suspect. */
  suspectMove: 'SUSPECT_MOVE',
  /** Seconds after which a claim without a confirmed outcome may be retried. */
  claimRetryAfter: 'CLAIM_RETRY_AFTER_SECONDS',
  /** Seconds that SES may take to answer. */
  sesTimeout: 'SES_TIMEOUT_SECONDS',
  /** Share (0 to 1) of the account's SES rate that is ours. */
  sesRateShare: 'SES_RATE_SHARE',
  sender: 'SENDER_ADDRESS',
  configurationSet: 'SES_CONFIGURATION_SET',
  /** Address of the page, without a trailing slash. */
  webUrl: 'WEB_URL',
  /** Address of the API, without a trailing slash. */
  apiUrl: 'API_URL',
  /** Secret with the key that signs links in mails. */
  linkSecret: 'LINK_SECRET_ARN',
  /** User pool whose accounts are erased with their subscribers; empty with another issuer. */
  userPool: 'USER_POOL_ID',
  /** Mail domains, separated by commas, whose mailboxes may sign up; empty allows all. */
  signUpDomains: 'SIGN_UP_DOMAINS',
} as const;

export type EnvName = (typeof Env)[keyof typeof Env];

/** Reads environment variables of the handler at cold start. */
export type Environment = {
  /** @throws Error naming the variable if it is unset or empty */
  text(name: EnvName): string;
  /** @throws Error naming the variable if it is not a number */
  number(name: EnvName): number;
  /** Undefined if unset or empty: some stages do not set it. */
  optional(name: EnvName): string | undefined;
};

export function environment(source: Record<string, string | undefined>): Environment {
  const optional = (name: EnvName) => source[name] || undefined;
  const text = (name: EnvName): string => {
    const value = optional(name);
    if (value === undefined) throw new Error(`Expected the environment variable ${name}, found none. lib/ sets it.`);
    return value;
  };
  return {
    text,
    optional,
    number(name) {
      const value = Number(text(name));
      if (Number.isNaN(value)) throw new Error(`Expected a number in ${name}, found "${source[name]}". lib/ sets it.`);
      return value;
    },
  };
}
