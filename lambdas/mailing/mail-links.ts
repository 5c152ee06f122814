import { signLink } from '../domain/links/link-token.ts';
import { packPlotLink, plotLink } from '../domain/links/plot-link.ts';
import type { MailLinks } from '../domain/mail/mail-links.ts';
import type { ComposeSettings } from './compose-digest.ts';

/**
 * The links of a mail to one subscriber.
 * @param asOf prices as the mail knows them: the last file date (ISO)
 * @param sentOn date (ISO) of the mail
 */
export function mailLinks(
  { webUrl, apiUrl, linkKeys }: ComposeSettings,
  subscriber: string,
  asOf: string,
  sentOn: string,
): MailLinks {
  const plotToken = (tickers: readonly string[], window: number) =>
    signLink(linkKeys, 'plot', subscriber, packPlotLink(plotLink({ tickers, window, asOf }, sentOn)));
  return {
    manage: `${webUrl}/`,
    alerts: `${webUrl}/alerts`,
    ticker: (ticker) => `${webUrl}/tickers/${encodeURIComponent(ticker)}`,
    plot: (tickers, window) => `${apiUrl}/plot?token=${plotToken(tickers, window)}`,
    csv: (tickers, window) => `${apiUrl}/plot.csv?token=${plotToken(tickers, window)}`,
    unsubscribe: `${apiUrl}/unsubscribe?token=${signLink(linkKeys, 'unsubscribe', subscriber)}`,
    mute: (alert) => `${apiUrl}/mute-alert?token=${signLink(linkKeys, 'mute-alert', subscriber, alert)}`,
    remove: (alert) => `${apiUrl}/delete-alert?token=${signLink(linkKeys, 'delete-alert', subscriber, alert)}`,
  };
}
