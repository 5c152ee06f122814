import type { Subscriber } from '../contracts/subscriber.ts';
import { composeDigest, type Digest, type Holding } from '../domain/digest/digest.ts';
import { type MailChart, type MailLinks, mailHtml } from '../domain/digest/mail.tsx';
import { mailText } from '../domain/digest/mail-text.ts';
import { mimeMessage } from '../domain/digest/mime.ts';
import { signLink } from '../domain/links/link-token.ts';
import type { Market } from './market.ts';
import type { FanOutSettings } from './ports.ts';

/** What the subscriber follows, as it stands, or undefined where this delivery does not concern them. */
export async function affectedHoldings(market: Market, { tickers }: Subscriber): Promise<Holding[] | undefined> {
  // Most deliveries concern few of many tickers: nothing is queried for a subscriber who has none of them.
  if (!Object.keys(tickers).some((ticker) => market.isMentioned(ticker))) return undefined;
  const holdings = await holdingsOf(market, tickers);
  return holdings.some(({ hasChanged }) => hasChanged) ? holdings : undefined;
}

/** Each followed ticker as it stands, and whether the delivery has changed it. */
export const holdingsOf = (market: Market, tickers: Subscriber['tickers']): Promise<Holding[]> =>
  Promise.all(
    Object.entries(tickers).map(async ([ticker, { window }]) => ({
      ticker,
      window,
      series: await market.series(ticker),
      wasReported: await market.wasReported(ticker),
      hasChanged: await market.hasChanged(ticker, window),
    })),
  );

type LinkSettings = Pick<FanOutSettings, 'webUrl' | 'apiUrl' | 'linkKeys'>;

/** Composes the one mail of a subscriber as raw MIME. */
export async function composeMail(
  market: Market,
  settings: LinkSettings & Pick<FanOutSettings, 'sender'>,
  mail: {
    subscriber: Subscriber;
    holdings: readonly Holding[];
    /** The revision the subscriber's last digest was about (see revisionKey), if there was one. */
    lastTold: string | undefined;
    /** Before the subject, where the mail is no digest of the ledger. */
    subjectPrefix?: string;
    /** Unique to the digest; separates the parts of the mail. */
    boundary: string;
    date: Date;
  },
): Promise<Buffer> {
  const { subscriber, holdings, lastTold, subjectPrefix = '', boundary, date } = mail;
  const corrections = lastTold
    ? await Promise.all(holdings.map(({ ticker, window }) => market.corrections(ticker, window, lastTold)))
    : [];
  const digest = composeDigest(subscriber, holdings, corrections.flat(), market);
  const charts = await drawCharts(market, digest);
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

async function drawCharts(market: Market, { charts }: Digest): Promise<(MailChart & { png: Buffer | undefined })[]> {
  return Promise.all(
    charts.map(async ({ ticker, window, theme, series }, i) => {
      const { png, alt } = await market.chart(series, window, theme);
      return { ticker, alt, png, cid: png && `chart-${i + 1}@closing-bell` };
    }),
  );
}

const linksOf = ({ webUrl, apiUrl, linkKeys }: LinkSettings, { subscriber }: Subscriber): MailLinks => ({
  manage: `${webUrl}/`,
  unsubscribe: `${apiUrl}/unsubscribe?token=${signLink(linkKeys, 'unsubscribe', subscriber)}`,
});

const fileName = (ticker: string): string => ticker.replace(/[^\p{L}\p{N}._-]/gu, '_');
