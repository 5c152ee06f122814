import { type ChartWindow, DEFAULT_WINDOW } from '../contracts/chart-options.ts';
import type { Displayed, LedgerRecord } from '../contracts/ledger-record.ts';
import type { RevisionKey } from '../contracts/revision.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { type AlertLines, NO_ALERTS } from '../domain/alerts/alert-lines.ts';
import { alertMarks, NO_MARKS } from '../domain/alerts/alert-marks.ts';
import { composeDigest, type Digest, type FollowedTicker } from '../domain/digest/digest.ts';
import { displayedTicker, packDisplayed } from '../domain/digest/displayed.ts';
import { type LinkKeys, signLink } from '../domain/links/link-token.ts';
import { type MailChart, type MailLinks, mailHtml } from '../domain/mail/digest-mail.tsx';
import { mailText } from '../domain/mail/digest-text.ts';
import { mimeMessage } from '../domain/mail/mime.ts';
import type { PriceSnapshot } from '../pricing/price-snapshot.ts';
import type { TickerSnapshot } from '../pricing/ticker-snapshot.ts';
import type { ReadTicker } from './read-ticker-once.ts';

/** A followed ticker with the snapshot it was read from: the whole mail uses that one. */
export type FollowedSnapshot = FollowedTicker & {
  snapshot: TickerSnapshot;
  /** False for a ticker that only an earlier mail displayed, for an alert: its corrections are listed. */
  isShown: boolean;
  /** The same ticker, if it is followed under several names. */
  alsoAs?: readonly FollowedSnapshot[];
};

export type ComposeSettings = {
  sender: string;
  webUrl: string;
  apiUrl: string;
  linkKeys: LinkKeys;
};

/** The tickers of a mail: those that the subscriber follows, and others that their alerts brought in. */
export type MailTickers = {
  followed: Subscriber['tickers'];
  /** Tickers that fired. */
  fired: readonly string[];
  /** Tickers with an alert that the last mail may have displayed. */
  alerted: readonly string[];
};

/**
 * Reads each ticker of a mail, and whether the revision changed it.
 * @param last ledger record of the subscriber's last digest
 * @param window days of the charts of tickers that are not followed
 */
export const readFollowed = async (
  read: ReadTicker,
  { followed: tickers, fired, alerted }: MailTickers,
  last: LedgerRecord | undefined,
  window: ChartWindow = DEFAULT_WINDOW,
): Promise<FollowedSnapshot[]> => {
  const isOther = (ticker: string) => !Object.hasOwn(tickers, ticker);
  const known = alerted.filter((ticker) => displayedIn(last, ticker) !== undefined);
  const others = [...new Set([...fired, ...known])].filter(isOther);
  const followed = await Promise.all([
    ...Object.entries(tickers).map(([ticker, one]) => readOne(read, ticker, one.window, last)),
    ...others.map(async (ticker) => ({
      ...(await readOne(read, ticker, window, last)),
      // Only its alert is news.
      hasChanged: false,
      isShown: fired.includes(ticker),
    })),
  ]);
  // Who follows a ticker under two names sees it once, with the longest window. An alert on another name of it hides no news.
  const byName = Map.groupBy(followed, ({ name }) => name);
  return [...byName.values()].flatMap((same) => {
    const [first, ...alsoAs] = same.sort(
      (a, b) => Number(isOther(a.ticker)) - Number(isOther(b.ticker)) || byWindow(a, b),
    );
    const isShown = same.some((one) => one.isShown);
    return first ? [{ ...first, isShown, ...(alsoAs.length > 0 && { alsoAs }) }] : [];
  });
};

async function readOne(
  read: ReadTicker,
  ticker: string,
  window: ChartWindow,
  last: LedgerRecord | undefined,
): Promise<FollowedSnapshot> {
  const displayed = displayedIn(last, ticker);
  const snapshot = await read(ticker);
  const { name, series, isRetired, wasReported } = snapshot;
  const isNews = snapshot.hasChanged(window) && !(displayed && snapshot.isDeclaredAgain(window, displayed));
  const hasChanged = isNews || (displayed !== undefined && snapshot.undoesDisplayed(window, displayed));
  const late = snapshot.hasChanged(window) ? snapshot.late(window) : [];
  const isOnlyLate = late.length > 0 && snapshot.isOnlyLate;
  return {
    ticker,
    name,
    window,
    series,
    isRetired,
    wasReported,
    hasChanged,
    late,
    isOnlyLate,
    snapshot,
    isShown: true,
  };
}

/** The longest window first; then the current name. */
const byWindow = (a: FollowedTicker, b: FollowedTicker): number =>
  b.window - a.window || Number(b.ticker === b.name) - Number(a.ticker === a.name);

/** What a digest about these tickers displays, for its ledger record. @param digest key of the record */
export const displayedBy = (followed: readonly FollowedSnapshot[], digest: RevisionKey): Displayed =>
  packDisplayed(
    followed
      .flatMap((one) => [one, ...(one.alsoAs ?? [])])
      .map(({ ticker, window, snapshot }) => ({ ticker, window, segments: snapshot.segmentsToName(digest) })),
  );

/** Composes the digest of one subscriber as raw MIME. */
export async function composeMail(
  snapshot: PriceSnapshot,
  settings: ComposeSettings,
  mail: {
    subscriber: Subscriber;
    followed: readonly FollowedSnapshot[];
    /** Ledger record of the subscriber's last digest, if there was one. */
    last: LedgerRecord | undefined;
    alerts?: AlertLines;
    /** Text before the subject: for previews. */
    subjectPrefix?: string;
    /** Unique to the mail: separates its MIME parts. */
    boundary: string;
    date: Date;
  },
): Promise<Buffer> {
  const { subscriber, followed, last, alerts = NO_ALERTS, subjectPrefix = '', boundary, date } = mail;
  const corrections = followed.flatMap(({ ticker, window, snapshot: read }) => {
    const displayed = displayedIn(last, ticker);
    return displayed ? read.corrections(window, displayed) : [];
  });
  const shown = followed.filter(({ isShown }) => isShown);
  const digest = composeDigest(subscriber, shown, corrections, { isCorrecting: snapshot.isCorrecting, alerts });
  const charts = await drawCharts(snapshot, digest, shown, subscriber);
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

/** What the last digest displayed of a ticker. The key of a digest's record is a RevisionKey. */
const displayedIn = (last: LedgerRecord | undefined, ticker: string) =>
  last && displayedTicker(last.displayed, last.key as RevisionKey, ticker);

async function drawCharts(
  snapshot: PriceSnapshot,
  { charts }: Digest,
  shown: readonly FollowedSnapshot[],
  subscriber: Subscriber,
): Promise<(MailChart & { png: Buffer | undefined })[]> {
  const byName = new Map(shown.map((one) => [one.name, one]));
  const drawn = charts.flatMap(({ ticker, window, theme, series }, i) => {
    const followed = byName.get(ticker);
    if (!followed) return [];
    const { snapshot: read, alsoAs = [] } = followed;
    const names = new Set([followed, ...alsoAs].flatMap((one) => [one.name, one.ticker]));
    const marks = read.known.now ? alertMarks(subscriber, names, read.known.now) : NO_MARKS;
    return snapshot.chart(read, series, { window, theme, marks }).then(({ png, alt }) => ({
      ticker,
      alt,
      png,
      cid: png && `chart-${i + 1}@closing-bell`,
    }));
  });
  return Promise.all(drawn);
}

const linksOf = ({ webUrl, apiUrl, linkKeys }: ComposeSettings, { subscriber }: Subscriber): MailLinks => ({
  manage: `${webUrl}/`,
  alerts: `${webUrl}/alerts`,
  unsubscribe: `${apiUrl}/unsubscribe?token=${signLink(linkKeys, 'unsubscribe', subscriber)}`,
  mute: (alert) => `${apiUrl}/mute-alert?token=${signLink(linkKeys, 'mute-alert', subscriber, alert)}`,
  remove: (alert) => `${apiUrl}/delete-alert?token=${signLink(linkKeys, 'delete-alert', subscriber, alert)}`,
});

const fileName = (ticker: string): string => ticker.replace(/[^\p{L}\p{N}._-]/gu, '_');
