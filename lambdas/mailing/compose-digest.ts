import { type ChartWindow, DEFAULT_WINDOW } from '../contracts/chart-options.ts';
import { addDays } from '../contracts/dates.ts';
import { parseDeliveryId } from '../contracts/delivery-id.ts';
import type { Displayed, LedgerRecord } from '../contracts/ledger-record.ts';
import type { RevisionKey } from '../contracts/revision.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { type Week, weekKey, weekOf } from '../contracts/weekly.ts';
import { type AlertLines, NO_ALERTS } from '../domain/alerts/alert-lines.ts';
import { newYorkDate } from '../domain/calendar/new-york.ts';
import type { Correction } from '../domain/digest/corrections.ts';
import { composeDigest, type FollowedTicker } from '../domain/digest/digest.ts';
import { displayedTicker, packDisplayed } from '../domain/digest/displayed.ts';
import type { LinkKeys } from '../domain/links/link-token.ts';
import { mailHtml } from '../domain/mail/digest-mail.tsx';
import { mailText } from '../domain/mail/digest-text.ts';
import { type MailContent, mimeMessage } from '../domain/mail/mime.ts';
import type { PriceSnapshot } from '../pricing/price-snapshot.ts';
import type { TickerSnapshot } from '../pricing/ticker-snapshot.ts';
import { drawCharts } from './draw-charts.ts';
import { mailLinks } from './mail-links.ts';
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
  const { name, company, series, isRetired, wasReported } = snapshot;
  const isNews = snapshot.hasChanged(window) && !(displayed && snapshot.isDeclaredAgain(window, displayed));
  const hasChanged = isNews || (displayed !== undefined && snapshot.undoesDisplayed(window, displayed));
  const late = snapshot.hasChanged(window) ? snapshot.late(window) : [];
  const isOnlyLate = late.length > 0 && snapshot.isOnlyLate;
  return {
    ticker,
    name,
    company,
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

type WantedMail = {
  subscriber: Subscriber;
  followed: readonly FollowedSnapshot[];
  /** Ledger record of the subscriber's last digest, if there was one. */
  last: LedgerRecord | undefined;
  alerts?: AlertLines;
  /** Of a weekly digest. */
  week?: Week;
  /** Unique to the mail: separates its MIME parts. */
  boundary: string;
  date: Date;
};

/** Composes the digest of one subscriber as raw MIME. */
export const composeMail = async (
  snapshot: PriceSnapshot,
  settings: ComposeSettings,
  mail: WantedMail,
): Promise<Buffer> => mimeMessage(await composeContent(snapshot, settings, mail));

/** Composes the digest of one subscriber. */
export async function composeContent(
  snapshot: PriceSnapshot,
  settings: ComposeSettings,
  { subscriber, followed, last, alerts = NO_ALERTS, week, boundary, date }: WantedMail,
): Promise<MailContent> {
  const corrections = followed.flatMap(({ ticker, window, snapshot: read }) => {
    const displayed = displayedIn(last, ticker);
    return displayed ? read.corrections(window, displayed) : [];
  });
  const all = week ? withCorrectionsOf(week, followed, corrections) : corrections;
  const shown = followed.filter(({ isShown }) => isShown);
  const digest = composeDigest(subscriber, shown, all, {
    ...(week && { week }),
    isCorrecting: snapshot.isCorrecting,
    alerts,
    alerted: new Set(Object.values(subscriber.alerts ?? {}).map(({ ticker }) => ticker)),
  });
  const charts = await drawCharts(snapshot, digest, shown, subscriber);
  const fileDates = shown.flatMap(({ series }) => (series ? [parseDeliveryId(series.last.delivery).fileDate] : []));
  const asOf = fileDates.reduce((last, one) => (one > last ? one : last), snapshot.fileDate);
  const links = mailLinks(settings, subscriber.subscriber, asOf, newYorkDate(date.getTime()));
  return {
    sender: settings.sender,
    to: subscriber.address,
    subject: digest.subject,
    html: mailHtml(digest, charts, links),
    text: mailText(digest, charts, links),
    pictures: charts.flatMap(({ drawn }) => drawn),
    unsubscribeUrl: links.unsubscribe,
    date,
    boundary,
  };
}

/** What the last mail displayed of a ticker. */
const displayedIn = (last: LedgerRecord | undefined, ticker: string) =>
  last && displayedTicker(last.displayed, displayKey(last), ticker);

/** What orders the closes that a mail displayed. */
const displayKey = ({ kind, key }: LedgerRecord): RevisionKey =>
  kind === 'weekly' ? weekKey(weekOf(key)) : (key as RevisionKey);

/** Adds the closes of the week that were corrected before the mail displayed them. */
function withCorrectionsOf(
  { saturday }: Week,
  followed: readonly FollowedSnapshot[],
  known: readonly Correction[],
): Correction[] {
  const listed = new Set(known.map(({ ticker, date }) => `${ticker} ${date}`));
  const from = addDays(saturday, -7);
  const inside = followed.flatMap(({ name, series }) =>
    (series?.observations ?? []).flatMap(({ date, close, corrects }): Correction[] =>
      date > from && corrects !== undefined && corrects !== close
        ? [{ ticker: name, date, was: corrects, now: close, ...(series?.suspects.has(date) && { isSuspect: true }) }]
        : [],
    ),
  );
  return [...known, ...inside.filter(({ ticker, date }) => !listed.has(`${ticker} ${date}`))];
}
