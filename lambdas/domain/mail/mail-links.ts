/** The links in a mail. */
export type MailLinks = {
  manage: string;
  unsubscribe: string;
  /** The page of a ticker. */
  ticker: (ticker: string) => string;
  /** An interactive chart of these tickers, for readers without an account. `csv`: its data. */
  plot: (tickers: readonly string[], window: number) => string;
  csv: (tickers: readonly string[], window: number) => string;
  /** The links of one alert, by its id. */
  mute: (alert: string) => string;
  remove: (alert: string) => string;
  /** All alerts. */
  alerts: string;
};
