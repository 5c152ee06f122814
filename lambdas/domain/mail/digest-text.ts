import { correctionText } from '../digest/correction-text.ts';
import { type Digest, type DigestRow, MAX_CORRECTIONS } from '../digest/digest.ts';
import { titleOf } from '../digest/digest-words.ts';
import type { MailChart } from './chart-card.tsx';
import { WHY } from './digest-mail.tsx';
import type { MailLinks } from './mail-links.ts';

/** The plain text part of a digest: the same numbers as the HTML part. */
export function mailText(digest: Digest, charts: readonly MailChart[], links: MailLinks): string {
  const sections = [
    [`Closing Bell · ${titleOf(digest)}`, digest.summary].filter(Boolean).join('\n'),
    alertList(digest, links),
    // A correction lists the corrected closes first.
    ...(digest.isCorrection
      ? [correctionList(digest), priceTable(digest.rows)]
      : [priceTable(digest.rows), correctionList(digest)]),
    charts.map(({ caption }) => caption.alt).join('\n'),
    `${WHY}\nManage what you follow: ${links.manage}\nUnsubscribe: ${links.unsubscribe}`,
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

function alertList({ alerts: { fires, withdrawn } }: Digest, links: MailLinks): string {
  const fired = fires.map(({ alert, ticker, what, details, note }) =>
    [
      `${ticker} ${what}`,
      details && `  ${details}`,
      note && `  “${note}”`,
      `  Mute for a week: ${links.mute(alert)}`,
      `  Delete this alert: ${links.remove(alert)}`,
    ]
      .filter(Boolean)
      .join('\n'),
  );
  return [
    ...(fired.length > 0 ? [`Alerts\n${fired.join('\n')}`] : []),
    ...(withdrawn.length > 0 ? [['Withdrawn', ...withdrawn.map(({ text }) => text)].join('\n')] : []),
    ...(fires.length + withdrawn.length > 0 ? [`All your alerts: ${links.alerts}`] : []),
  ].join('\n\n');
}

function correctionList({ corrections }: Digest): string {
  if (corrections.length === 0) return '';
  const more = corrections.length - MAX_CORRECTIONS;
  const lines = corrections.slice(0, MAX_CORRECTIONS).map((one) => correctionText(one));
  return ['Corrections since your last digest', ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function priceTable(rows: readonly DigestRow[]): string {
  const cells = [
    ['Ticker', 'Close', '1 day', '7 days', '30 days', ''],
    ...rows.map(({ ticker, hasAlert, trend, closeText, day, week, month, note }) => [
      [ticker, trend, hasAlert ? '(alert)' : ''].filter(Boolean).join(' '),
      closeText,
      day.text,
      week.text,
      month.text,
      note,
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : column < 5 ? cell.padStart(widths[column] ?? 0) : cell,
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
