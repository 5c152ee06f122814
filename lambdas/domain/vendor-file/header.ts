import type { DeliveryId } from '../../contracts/delivery-id.ts';
import { BadFile, quote } from './bad-file.ts';

export type Extra = 'open' | 'high' | 'low' | 'volume';

/** Where each column stands in the file. */
export type Columns = {
  /** Header names as the file spells them, for messages. */
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
 * Finds the columns in a header line. Case and surrounding space do not matter, `_` stands for a space.
 * @throws BadFile where a column is missing or named twice
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
  const demand = (column: keyof typeof ALIASES): number => {
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
    ticker: demand('ticker'),
    close: demand('close'),
    date: demand('date'),
    action: kind === 'incremental' ? demand('action') : find('action'),
    extras: (['open', 'high', 'low', 'volume'] as const).flatMap((extra): [Extra, number][] => {
      const at = find(extra);
      return at === undefined ? [] : [[extra, at]];
    }),
  };
}
