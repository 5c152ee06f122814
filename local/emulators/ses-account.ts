/** Answer of GetAccount, with the rate of a common production account. */
const ACCOUNT = {
  DedicatedIpAutoWarmupEnabled: false,
  Details: {
    AdditionalContactEmailAddresses: [],
    ContactLanguage: 'EN',
    MailType: 'TRANSACTIONAL',
    ReviewDetails: { CaseId: 'local', Status: 'GRANTED' },
    UseCaseDescription: 'local',
    WebsiteURL: 'http://127.0.0.1',
  },
  EnforcementStatus: 'HEALTHY',
  ProductionAccessEnabled: true,
  SendingEnabled: true,
  SendQuota: { Max24HourSend: 1_000_000, MaxSendRate: 500, SentLast24Hours: 0 },
  SuppressionAttributes: { SuppressedReasons: [] },
};

/** How SES may refuse the mails of functions, to try the runbook. Codes to sign in are mailed all the same. */
export const SES_FAULTS = {
  throttled: { status: 429, type: 'TooManyRequestsException', message: 'Maximum sending rate exceeded.' },
  sandbox: {
    status: 400,
    type: 'MessageRejected',
    message: 'Email address is not verified. The following identities failed the check in region US-EAST-1: RECIPIENT',
  },
} as const;
export type SesFault = keyof typeof SES_FAULTS;

/** GetAccount of an account with a fault. */
export const accountWith = (fault: SesFault | undefined): object => ({
  ...ACCOUNT,
  ProductionAccessEnabled: fault !== 'sandbox',
  ...(fault === 'sandbox' && { SendQuota: { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 0 } }),
});
