/** The links in a mail. */
export type MailLinks = {
  manage: string;
  unsubscribe: string;
  /** The page of a ticker. */
  ticker: (ticker: string) => string;
  /** The links of one alert, by its id. */
  mute: (alert: string) => string;
  remove: (alert: string) => string;
  /** All alerts. */
  alerts: string;
};
