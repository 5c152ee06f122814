import type { ReactNode } from 'react';
import type { DigestRow, Movement } from '../digest/digest.ts';
import { useColours, useTheme } from './mail-look.tsx';
import { cellStyle, colours, headStyle } from './mail-styles.ts';

/** Rows of the table. Gmail clips a mail at 102 KB, so the other rows, with the smallest moves, become a short list. */
const MAX_FULL_ROWS = 40;
/** Maximum size of that list in HTML. Tickers that do not fit are only in the plain text part. */
const MAX_BRIEF_BYTES = 16_000;

export function PriceTable({ rows }: { rows: readonly DigestRow[] }) {
  const { muted } = useColours();
  const rest = rows.slice(MAX_FULL_ROWS);
  return (
    <>
      <FullRows rows={rows.slice(0, MAX_FULL_ROWS)} />
      {rest.length > 0 && (
        <p className="muted" style={{ fontSize: '14px', lineHeight: '22px', margin: '8px 0 0', color: muted }}>
          {briefList(rest)}
        </p>
      )}
    </>
  );
}

function briefList(rows: readonly DigestRow[]): string {
  const brief: string[] = [];
  let bytes = 0;
  for (const text of rows.map(briefly)) {
    bytes += Buffer.byteLength(text.replace(/[&<>"']/g, '&quot;')) + Buffer.byteLength(SEPARATOR);
    if (bytes > MAX_BRIEF_BYTES) break;
    brief.push(text);
  }
  const more = rows.length - brief.length;
  return [...brief, ...(more > 0 ? [`and ${more} more`] : [])].join(SEPARATOR);
}

const SEPARATOR = ' · ';

const briefly = ({ ticker, closeText, day, note, isSuspect }: DigestRow): string =>
  `${ticker} ${closeText} ${day.text}${isSuspect ? ' (suspect)' : note && ` (${note})`}`;

/** Fixed widths, so that a long number does not make the table wider than the screen. */
const COLUMNS = [
  ['Ticker', '25%'],
  ['Close', '24%'],
  ['1 day', '17%'],
  ['7 days', '17%'],
  ['30 days', '17%'],
] as const;

function FullRows({ rows }: { rows: readonly DigestRow[] }) {
  const theme = useTheme();
  return (
    <table width="100%" cellPadding={0} cellSpacing={0} style={{ borderCollapse: 'collapse', tableLayout: 'fixed' }}>
      <thead>
        <tr>
          {COLUMNS.map(([name, width], i) => (
            <th
              key={name}
              className="muted num"
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
          <PriceRow key={row.ticker} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function PriceRow({ row }: { row: DigestRow }) {
  const look = useColours();
  const direction = row.trend === '→' ? 'flat' : row.month.direction;
  const { isSuspect } = row;
  const note = { font: '12px/16px Inter,Arial,sans-serif', color: isSuspect ? look.warning : look.muted };
  return (
    <tr>
      <Cell isName>
        <strong>{row.ticker}</strong>
        {row.trend && (
          <span className={classOf(direction)} style={{ color: look[direction] }}>
            {' '}
            {row.trend}
          </span>
        )}
        {row.note && (
          <div className={isSuspect ? 'warn' : 'muted'} style={note}>
            {row.note}
          </div>
        )}
      </Cell>
      <Cell colour={isSuspect ? 'warning' : 'ink'}>{row.closeText}</Cell>
      <Change movement={row.day} />
      <Change movement={row.week} />
      <Change movement={row.month} />
    </tr>
  );
}

type Colour = 'ink' | 'up' | 'down' | 'flat' | 'warning';
const classOf = (colour: Colour): string => (colour === 'flat' ? 'ink' : colour === 'warning' ? 'warn' : colour);

function Cell({
  children,
  colour = 'ink',
  isName = false,
}: {
  children: ReactNode;
  colour?: Colour;
  isName?: boolean;
}) {
  const theme = useTheme();
  return (
    <td
      className={`${classOf(colour)} line num`}
      align={isName ? 'left' : 'right'}
      style={cellStyle(theme, colours(theme)[colour])}
    >
      {children}
    </td>
  );
}

const Change = ({ movement: { text, direction } }: { movement: Movement }) => <Cell colour={direction}>{text}</Cell>;
