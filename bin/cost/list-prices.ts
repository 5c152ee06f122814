/**
 * List prices (USD) of us-east-1, without free tiers and discounts, written down on this day. Those of SES are of pay-as-you-go; an account
 * with another plan of SES pays other prices.
 */
export const LISTED_ON = '2026-11-27';

/** Price of one unit. */
export const PRICES = {
  'DynamoDB write unit': 0.625e-6,
  'DynamoDB read unit': 0.125e-6,
  'Lambda request': 0.2e-6,
  /** arm64 */
  'Lambda GB-second': 0.0000133334,
  'SES mail': 0.1e-3,
  /** Of attachments. */
  'SES GB': 0.12,
  'SQS request': 0.4e-6,
  'S3 write': 5e-6,
  'S3 read': 0.4e-6,
  'EventBridge event': 1e-6,
  'CloudWatch GB of logs': 0.5,
  /** Per month. */
  'CloudWatch alarm': 0.1,
  'CloudWatch composite alarm': 0.5,
  'CloudWatch dashboard': 3,
  'CloudWatch metric': 0.3,
  'Secrets Manager secret': 0.4,
  'WAF web ACL': 5,
  'WAF rule': 1,
} as const;

export type Unit = keyof typeof PRICES;
/** Number of units. */
export type Units = Partial<Record<Unit, number>>;
