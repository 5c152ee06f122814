import type { ReactNode } from 'react';
import type { Digest, DigestRow, Movement } from '../digest/digest.ts';
import { fitting, itemBytes, linkBytes } from './fitting.ts';
import type { MailLinks } from './mail-links.ts';
import { TickerLink, useColours, useTheme } from './mail-look.tsx';
import { cellStyle, colours, headStyle } from './mail-styles.ts';

/** The other tickers, with the smallest moves, become a short list; those that do not fit are only in the plain text part. */
const MAX_FULL_ROWS = 30;
const MAX_ROW_BYTES = 42_000;
/** Of the rows and the list: short names leave more room for the list. */
const MAX_TABLE_BYTES = 50_000;
/** Bytes of the markup of a row. */
const ROW_BYTES = 1_010;
const NOTE_BYTES = 200;

/** `news`: the change that stands out. */
type Props = { rows: readonly DigestRow[]; news: Digest['news']; links: MailLinks };

export function PriceTable({ rows, news, links }: Props) {
  const { muted } = useColours();
  const full = fitting(rows.slice(0, MAX_FULL_ROWS), MAX_ROW_BYTES, ROW_BYTES, textsOf);
  const rest = rows.slice(full.length);
  const left = MAX_TABLE_BYTES - full.reduce((sum, row) => sum + itemBytes(ROW_BYTES, textsOf(row)), 0);
  return (
    <>
      <FullRows rows={full} news={news} links={links} />
      {rest.length > 0 && (
        <p className="muted" style={{ fontSize: '15px', lineHeight: '22px', margin: '8px 0 0', color: muted }}>
          {briefList(rest, left)}
        </p>
      )}
    </>
  );
}

const textsOf = ({ ticker, company, note }: DigestRow) => [linkBytes(ticker), company, note, note ? NOTE_BYTES : 0];

function briefList(rows: readonly DigestRow[], maxBytes: number): string {
  const brief = fitting(rows.map(briefly), maxBytes, Buffer.byteLength(SEPARATOR), (text) => [text]);
  const more = rows.length - brief.length;
  return [...brief, ...(more > 0 ? [`and ${more} more`] : [])].join(SEPARATOR);
}

const SEPARATOR = ' · ';

const briefly = ({ ticker, closeText, day, note, isSuspect }: DigestRow): string =>
  `${ticker} ${closeText} ${day.text}${isSuspect ? ' (suspect)' : note && ` (${note})`}`;

/** Fixed widths, so that a long number does not make the table wider than the screen. Style rules give names more room on a desk. */
const COLUMNS = [
  ['Ticker', '25%', 'name'],
  ['Close', '24%', 'close'],
  ['1 day', '17%', ''],
  ['7 days', '17%', ''],
  ['30 days', '17%', ''],
] as const;

function FullRows({ rows, news, links }: Props) {
  const theme = useTheme();
  return (
    <table width="100%" cellPadding={0} cellSpacing={0} style={{ borderCollapse: 'collapse', tableLayout: 'fixed' }}>
      <thead>
        <tr>
          {COLUMNS.map(([name, width, column], i) => (
            <th
              key={name}
              scope="col"
              className={`muted num ${column}`.trim()}
              align={i === 0 ? 'left' : 'right'}
              style={{ ...headStyle(theme), width }}
            >
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <PriceRow key={row.ticker} row={row} news={news} links={links} />
        ))}
      </tbody>
    </table>
  );
}

function PriceRow({ row, news, links }: Omit<Props, 'rows'> & { row: DigestRow }) {
  const look = useColours();
  return (
    <>
      <tr>
        <Cell kind="name">
          <TickerLink href={links.ticker(row.ticker)}>{row.ticker}</TickerLink>
          {row.hasAlert && <AlertMark />}
          {row.company && (
            <div className="muted company" style={{ ...SMALL, color: look.muted }}>
              {row.company}
            </div>
          )}
        </Cell>
        <Cell colour={row.isSuspect ? 'warning' : 'ink'}>{row.closeText}</Cell>
        <Change movement={row.day} isNews={news === 'day'} />
        <Change movement={row.week} isNews={news === 'week'} />
        <Change movement={row.month} />
      </tr>
      {row.note && <Note row={row} />}
    </>
  );
}

/** A word, since not every client has a font with a bell. */
function AlertMark() {
  const { link } = useColours();
  return (
    <span className="link" style={{ ...SMALL, color: link }}>
      {' '}
      alert
    </span>
  );
}

/** What explains the row, across the whole table. */
function Note({ row: { note, isSuspect } }: { row: DigestRow }) {
  const { warning, muted } = useColours();
  return (
    <tr>
      <td
        colSpan={COLUMNS.length}
        className={isSuspect ? 'warn' : 'muted'}
        style={{ ...SMALL, padding: '0 3px 9px', color: isSuspect ? warning : muted }}
      >
        {note.replace(/^./, (first) => first.toUpperCase())}
      </td>
    </tr>
  );
}

const SMALL = { font: '13px/17px Inter,Arial,sans-serif' };

type Colour = 'ink' | 'up' | 'down' | 'flat' | 'warning';
const classOf = (colour: Colour): string => (colour === 'flat' ? 'ink' : colour === 'warning' ? 'warn' : colour);

type CellProps = { children: ReactNode; colour?: Colour; kind?: 'name' | 'price' | 'change' };

function Cell({ children, colour = 'ink', kind = 'price' }: CellProps) {
  const theme = useTheme();
  const look = { className: `${classOf(colour)} line num`, style: cellStyle(theme, colours(theme)[colour]) };
  if (kind === 'name')
    return (
      <th scope="row" align="left" className={look.className} style={{ ...look.style, fontWeight: 400 }}>
        {children}
      </th>
    );
  // Where style rules are dropped, three changes fit beside each other on a phone.
  const change = {
    className: `${look.className} chg`,
    style: { ...look.style, font: '12px/20px Inter,Arial,sans-serif' },
  };
  return (
    <td align="right" {...(kind === 'change' ? change : look)}>
      {children}
    </td>
  );
}

/** The sign stays with its number. */
function Change({ movement: { text, direction }, isNews = false }: { movement: Movement; isNews?: boolean }) {
  const whole = text.replace(' %', '\u00a0%');
  return (
    <Cell colour={direction} kind="change">
      {isNews ? <strong>{whole}</strong> : whole}
    </Cell>
  );
}
