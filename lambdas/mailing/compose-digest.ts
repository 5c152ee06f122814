import type { DigestRecord, Shown } from '../contracts/ledger-record.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { composeDigest, type Digest, type Holding } from '../domain/digest/digest.ts';
import { packShown, shownOf } from '../domain/digest/shown.ts';
import { signLink } from '../domain/links/link-token.ts';
import { type MailChart, type MailLinks, mailHtml } from '../domain/mail/digest-mail.tsx';
import { mailText } from '../domain/mail/digest-text.ts';
import { mimeMessage } from '../domain/mail/mime.ts';
import type { FanOutSettings } from '../fan-out/ports.ts';
import type { Market } from '../pricing/price-snapshot.ts';
import type { TickerView } from '../pricing/ticker-prices.ts';

/** True where the delivery mentions a ticker that the subscriber follows: most deliveries concern few of many. */
export const isMentioned = (market: Market, { tickers }: Subscriber): boolean =>
  Object.keys(tickers).some((ticker) => market.isMentioned(ticker));

/** A holding with the view it was taken from: the whole mail shows that one. */
export type Viewed = Holding & { view: TickerView };

/**
 * Each followed ticker as it stands, and whether the delivery has changed it.
 * @param told record of the mail that the subscriber was sent last
 */
export const holdingsOf = (
  market: Market,
  tickers: Subscriber['tickers'],
  told: DigestRecord | undefined,
): Promise<Viewed[]> =>
  Promise.all(
    Object.entries(tickers).map(async ([ticker, { window }]) => {
      const shown = told && shownOf(told.shown, told.digest, ticker);
      const view = await market.view(ticker, told?.claimedAt);
      const { series, isRetired, wasReported } = view;
      const hasChanged = view.hasChanged(window) || (shown !== undefined && view.undoesShown(window, shown));
      return { ticker, window, series, isRetired, wasReported, hasChanged, view };
    }),
  );

/** What a mail about these tickers shows, for its record in the ledger. @param digest key of the record */
export const shownBy = (holdings: readonly Viewed[], digest: string): Shown =>
  packShown(holdings.map(({ ticker, window, view }) => ({ ticker, window, segments: view.segmentsToName(digest) })));

type LinkSettings = Pick<FanOutSettings, 'webUrl' | 'apiUrl' | 'linkKeys'>;

/** Composes the one mail of a subscriber as raw MIME. */
export async function composeMail(
  market: Market,
  settings: LinkSettings & Pick<FanOutSettings, 'sender'>,
  mail: {
    subscriber: Subscriber;
    holdings: readonly Viewed[];
    /** Record of the mail that the subscriber was sent last, if there was one. */
    told: DigestRecord | undefined;
    /** Before the subject, where the mail is no digest of the ledger. */
    subjectPrefix?: string;
    /** Unique to the digest; separates the parts of the mail. */
    boundary: string;
    date: Date;
  },
): Promise<Buffer> {
  const { subscriber, holdings, told, subjectPrefix = '', boundary, date } = mail;
  const corrections = holdings.flatMap(({ ticker, window, view }) => {
    const shown = told && shownOf(told.shown, told.digest, ticker);
    return shown ? view.corrections(window, shown) : [];
  });
  const digest = composeDigest(subscriber, holdings, corrections, market);
  const charts = await drawCharts(market, digest, new Map(holdings.map(({ ticker, view }) => [ticker, view])));
  const links = linksOf(settings, subscriber);
  return mimeMessage({
    from: `Closing Bell <${settings.sender}>`,
    to: subscriber.address,
    subject: `${subjectPrefix}${digest.subject}`,
    html: mailHtml(digest, charts, links),
    text: mailText(digest, charts, links),
    pictures: charts.flatMap(({ cid, ticker, png }) =>
      cid && png ? [{ cid, filename: `${fileName(ticker)}.png`, png }] : [],
    ),
    unsubscribeUrl: links.unsubscribe,
    date,
    boundary,
  });
}

async function drawCharts(
  market: Market,
  { charts }: Digest,
  views: ReadonlyMap<string, TickerView>,
): Promise<(MailChart & { png: Buffer | undefined })[]> {
  const drawn = charts.flatMap(({ ticker, window, theme, series }, i) => {
    const view = views.get(ticker);
    if (!view) return [];
    return market.chart(view, series, window, theme).then(({ png, alt }) => ({
      ticker,
      alt,
      png,
      cid: png && `chart-${i + 1}@closing-bell`,
    }));
  });
  return Promise.all(drawn);
}

const linksOf = ({ webUrl, apiUrl, linkKeys }: LinkSettings, { subscriber }: Subscriber): MailLinks => ({
  manage: `${webUrl}/`,
  unsubscribe: `${apiUrl}/unsubscribe?token=${signLink(linkKeys, 'unsubscribe', subscriber)}`,
});

const fileName = (ticker: string): string => ticker.replace(/[^\p{L}\p{N}._-]/gu, '_');
