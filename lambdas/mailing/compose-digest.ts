import type { Displayed, LedgerRecord } from '../contracts/ledger-record.ts';
import type { RevisionKey } from '../contracts/revision.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { composeDigest, type Digest, type FollowedTicker } from '../domain/digest/digest.ts';
import { displayedTicker, packDisplayed } from '../domain/digest/displayed.ts';
import { type LinkKeys, signLink } from '../domain/links/link-token.ts';
import { type MailChart, type MailLinks, mailHtml } from '../domain/mail/digest-mail.tsx';
import { mailText } from '../domain/mail/digest-text.ts';
import { mimeMessage } from '../domain/mail/mime.ts';
import type { PriceSnapshot } from '../pricing/price-snapshot.ts';
import type { TickerSnapshot } from '../pricing/ticker-snapshot.ts';

/** A followed ticker with the snapshot it was read from: the whole mail uses that one. */
export type FollowedSnapshot = FollowedTicker & {
  snapshot: TickerSnapshot;
  /** The same ticker, if it is followed under several names. */
  alsoAs?: readonly FollowedSnapshot[];
};

export type ComposeSettings = {
  sender: string;
  webUrl: string;
  apiUrl: string;
  linkKeys: LinkKeys;
};

/**
 * Reads each followed ticker, and whether the revision changed it.
 * @param last ledger record of the subscriber's last digest
 */
export const readFollowed = async (
  snapshot: PriceSnapshot,
  tickers: Subscriber['tickers'],
  last: LedgerRecord | undefined,
): Promise<FollowedSnapshot[]> => {
  const followed = await Promise.all(
    Object.entries(tickers).map(async ([ticker, { window }]) => {
      const displayed = displayedIn(last, ticker);
      const read = await snapshot.ticker(ticker, last?.claimedAt);
      const { series, isRetired, wasReported } = read;
      const isNews = read.hasChanged(window) && !(displayed && read.isDeclaredAgain(window, displayed));
      const hasChanged = isNews || (displayed !== undefined && read.undoesDisplayed(window, displayed));
      const late = read.hasChanged(window) ? read.late(window) : [];
      const isOnlyLate = late.length > 0 && read.isOnlyLate;
      const { name } = read;
      return { ticker, name, window, series, isRetired, wasReported, hasChanged, late, isOnlyLate, snapshot: read };
    }),
  );
  // Who follows a ticker under two names sees it once, with the longest window.
  const byName = Map.groupBy(followed, ({ name }) => name);
  return [...byName.values()].flatMap((same) => {
    const [first, ...alsoAs] = same.sort(byWindow);
    return first ? [alsoAs.length > 0 ? { ...first, alsoAs } : first] : [];
  });
};

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
    /** Text before the subject: for previews. */
    subjectPrefix?: string;
    /** Unique to the mail: separates its MIME parts. */
    boundary: string;
    date: Date;
  },
): Promise<Buffer> {
  const { subscriber, followed, last, subjectPrefix = '', boundary, date } = mail;
  const corrections = followed.flatMap(({ ticker, window, snapshot: read }) => {
    const displayed = displayedIn(last, ticker);
    return displayed ? read.corrections(window, displayed) : [];
  });
  const digest = composeDigest(subscriber, followed, corrections, snapshot);
  const snapshots = new Map(followed.map(({ name, snapshot: read }) => [name, read]));
  const charts = await drawCharts(snapshot, digest, snapshots);
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
  snapshots: ReadonlyMap<string, TickerSnapshot>,
): Promise<(MailChart & { png: Buffer | undefined })[]> {
  const drawn = charts.flatMap(({ ticker, window, theme, series }, i) => {
    const read = snapshots.get(ticker);
    if (!read) return [];
    return snapshot.chart(read, series, window, theme).then(({ png, alt }) => ({
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
  unsubscribe: `${apiUrl}/unsubscribe?token=${signLink(linkKeys, 'unsubscribe', subscriber)}`,
});

const fileName = (ticker: string): string => ticker.replace(/[^\p{L}\p{N}._-]/gu, '_');
