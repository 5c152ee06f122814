import type { AlertView } from '../../lambdas/contracts/api/alerts.ts';

/** What the API takes of an alert. */
export const choicesOf = ({ ticker, condition, repeat, band, note, expires }: AlertView) => ({
  ticker,
  condition,
  repeat,
  ...(band !== undefined && { band }),
  ...(note && { note }),
  expires,
});
