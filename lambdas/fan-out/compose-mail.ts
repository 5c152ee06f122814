import type { DigestRecord, Shown } from '../contracts/digest-record.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { composeDigest, type Digest, type Holding } from '../domain/digest/digest.ts';
import { shownOf } from '../domain/digest/knowledge.ts';
import { type MailChart, type MailLinks, mailHtml } from '../domain/digest/mail.tsx';
import { mailText } from '../domain/digest/mail-text.ts';
import { mimeMessage } from '../domain/digest/mime.ts';
import { signLink } from '../domain/links/link-token.ts';
import type { Market } from './market.ts';
import type { FanOutSettings } from './ports.ts';

/** True where the delivery mentions a ticker that the subscriber follows: most deliveries concern few of many. */
export const isMentioned = (market: Market, { tickers }: Subscriber): boolean =>
  Object.keys(tickers).some((ticker) => market.isMentioned(ticker));

/**
 * Each followed ticker as it stands, and whether the delivery has changed it.
 * @param told record of the mail that the subscriber was sent last
 */
export const holdingsOf = (
  market: Market,
  tickers: Subscriber['tickers'],
  told: DigestRecord | undefined,
): Promise<Holding[]> =>
  Promise.all(
    Object.entries(tickers).map(async ([ticker, { window }]) => {
      const shown = told && shownOf(told.shown, told.digest, ticker);
      return {
        ticker,
        window,
        series: await market.series(ticker),
        wasReported: await market.wasReported(ticker),
        hasChanged:
          (await market.hasChanged(ticker, window)) ||
          (shown !== undefined && (await market.undoesShown(ticker, window, shown))),
      };
    }),
  );

/** What a mail about these tickers shows, for its record in the ledger. */
export async function shownBy(market: Market, holdings: readonly Holding[]): Promise<Shown> {
  const places = new Map<string, number>();
  const tickers: Shown['tickers'] = {};
  for (const { ticker } of holdings) {
    const own = await market.shown(ticker);
    for (const segment of own) if (!places.has(segment)) places.set(segment, places.size);
    tickers[ticker] = own.map((segment) => places.get(segment) ?? 0);
  }
  return { segments: [...places.keys()], tickers };
}

type LinkSettings = Pick<FanOutSettings, 'webUrl' | 'apiUrl' | 'linkKeys'>;

/** Composes the one mail of a subscriber as raw MIME. */
export async function composeMail(
  market: Market,
  settings: LinkSettings & Pick<FanOutSettings, 'sender'>,
  mail: {
    subscriber: Subscriber;
    holdings: readonly Holding[];
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
  const corrections = await Promise.all(
    holdings.map(({ ticker, window }) => {
      const shown = told && shownOf(told.shown, told.digest, ticker);
      return shown ? market.corrections(ticker, window, shown) : [];
    }),
  );
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
