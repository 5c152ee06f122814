import { addDays } from '../contracts/dates.ts';
import { parseDeliveryId } from '../contracts/delivery-id.ts';
import type { LedgerRecord } from '../contracts/ledger-record.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import type { Week } from '../contracts/weekly.ts';
import { type AlertLines, NO_ALERTS } from '../domain/alerts/alert-lines.ts';
import { newYorkDate } from '../domain/calendar/new-york.ts';
import { type Correction, rescaled } from '../domain/digest/corrections.ts';
import { composeDigest } from '../domain/digest/digest.ts';
import type { LinkKeys } from '../domain/links/link-token.ts';
import { mailHtml } from '../domain/mail/digest-mail.tsx';
import { mailText } from '../domain/mail/digest-text.ts';
import { type MailContent, mimeMessage } from '../domain/mail/mime.ts';
import type { PriceSnapshot } from '../pricing/price-snapshot.ts';
import { drawCharts } from './draw-charts.ts';
import { mailLinks } from './mail-links.ts';
import { displayedOf, type FollowedSnapshot } from './read-followed.ts';

export type ComposeSettings = {
  sender: string;
  webUrl: string;
  apiUrl: string;
  linkKeys: LinkKeys;
};

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
  const corrections = correctionsOf(followed, last, week);
  const shown = followed.filter(({ isShown }) => isShown);
  const digest = composeDigest(subscriber, shown, corrections, {
    ...(week && { week }),
    isCorrecting: week ? !shown.some(({ hasChanged }) => hasChanged) : snapshot.isCorrecting,
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

/** What differs from the recipient's last mail. @param week of a weekly digest: what was corrected inside the week is listed too */
export function correctionsOf(
  followed: readonly FollowedSnapshot[],
  last: LedgerRecord | undefined,
  week: Week | undefined,
): Correction[] {
  const known = followed.flatMap(({ ticker, window, snapshot }) => {
    const displayed = displayedOf(last, ticker, snapshot);
    return displayed ? snapshot.corrections(window, displayed) : [];
  });
  return week ? withCorrectionsOf(week, followed, known) : known;
}

/**
 * Adds the closes of the week that a later delivery corrected before the mail displayed them. Closes that were delivered again in a
 * replaced file are not known any more.
 */
function withCorrectionsOf(
  { saturday }: Week,
  followed: readonly FollowedSnapshot[],
  known: readonly Correction[],
): Correction[] {
  const listed = new Set(known.map(({ ticker, date }) => `${ticker} ${date}`));
  // One line tells of the whole history.
  const rescaledTickers = new Set(known.flatMap(({ ticker, dividedBy }) => (dividedBy === undefined ? [] : [ticker])));
  const from = addDays(saturday, -7);
  const inside = followed.flatMap(({ name, series, isShown }) => {
    // Of a ticker that only an alert displayed, what no mail showed is no correction.
    if (!isShown || rescaledTickers.has(name)) return [];
    const found = (series?.observations ?? []).flatMap(({ date, close, corrects }): Correction[] =>
      date > from && corrects !== undefined && corrects !== close && !listed.has(`${name} ${date}`)
        ? [{ ticker: name, date, was: corrects, now: close, ...(series?.suspects.has(date) && { isSuspect: true }) }]
        : [],
    );
    return rescaled(found) ?? found;
  });
  return [...known, ...inside];
}
