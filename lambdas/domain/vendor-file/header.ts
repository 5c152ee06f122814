import type { DeliveryId } from '../../contracts/delivery-id.ts';
import { BadFile, quote } from './bad-file.ts';

export type Extra = 'open' | 'high' | 'low' | 'volume';

/** Indexes of the columns. */
export type Columns = {
  /** Column names as the file spells them, for messages. */
  names: string[];
  ticker: number;
  close: number;
  date: number;
  action: number | undefined;
  extras: [Extra, number][];
};

const ALIASES: Record<'ticker' | 'close' | 'date' | 'action' | Extra, string[]> = {
  ticker: ['ticker', 'symbol', 'name', 'instrument'],
  close: ['closing val', 'close', 'closing value', 'closing price', 'close price', 'price'],
  date: ['timestamp', 'date', 'day', 'trade date'],
  action: ['action', 'operation', 'op'],
  open: ['open', 'opening val', 'open price'],
  high: ['high', 'high price'],
  low: ['low', 'low price'],
  volume: ['volume', 'vol'],
};

/**
 * Finds the columns in a header line. Case and surrounding space are ignored, `_` counts as a space.
 * @param line number of the header line, for messages
 * @throws BadFile if a column is missing or occurs twice
 */
export function readHeader(fields: string[], line: number, kind: DeliveryId['kind']): Columns {
  const names = fields.map((name) => name.trim());
  const find = (column: keyof typeof ALIASES): number | undefined => {
    const at = names.flatMap((name, i) =>
      ALIASES[column].includes(name.toLowerCase().replaceAll('_', ' ')) ? [i] : [],
    );
    if (at.length > 1) {
      throw new BadFile({
        line,
        column: ALIASES[column][0] ?? column,
        expected: 'one such column',
        found: `${at
          .slice(0, 3)
          .map((i) => quote(names[i] ?? ''))
          .join(' and ')}${at.length > 3 ? ` and ${at.length - 3} more` : ''}`,
      });
    }
    return at[0];
  };
  const required = (column: keyof typeof ALIASES): number => {
    const at = find(column);
    if (at !== undefined) return at;
    throw new BadFile({
      line,
      column: ALIASES[column][0] ?? column,
      expected: `a header with the column ${ALIASES[column].map((a) => `"${a}"`).join(' or ')}, separated by commas`,
      found: quote(names.join(',')),
    });
  };
  return {
    names,
    ticker: required('ticker'),
    close: required('close'),
    date: required('date'),
    action: kind === 'incremental' ? required('action') : find('action'),
    extras: (['open', 'high', 'low', 'volume'] as const).flatMap((extra): [Extra, number][] => {
      const at = find(extra);
      return at === undefined ? [] : [[extra, at]];
    }),
  };
}
