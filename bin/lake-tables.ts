import { DATASETS } from '../datasets/datasets.ts';
import { PRICES_COLUMNS } from '../datasets/prices-view.ts';
import type { Dataset } from '../lambdas/contracts/dataset.ts';

/** The page of all tables of the lake and their columns, in Markdown. */
export const lakeTablesPage = (): string =>
  `${[
    '# Tables of the lake',
    'Made from `datasets/` by `npm run lake-docs`. [lake.md](lake.md) explains how to use them.',
    ...DATASETS.map(section),
    [
      '## silver.prices',
      'A view: what is current, one row for each ticker and date.',
      table(['column', 'type'], Object.entries(PRICES_COLUMNS)),
    ].join('\n\n'),
  ].join('\n\n')}\n`;

function section({ layer, name, meaning, columns, key, partition, order, retention, codec }: Dataset): string {
  const partitions = partition.map(({ transform, column }) => `${transform}(${column})`).join(', ') || 'none';
  const days = retention.days === undefined ? 'for ever' : `${retention.days} days`;
  return [
    `## ${layer}.${name}`,
    meaning,
    `Key: ${key.join(', ')}. Partitions: ${partitions}. Sorted by ${order.join(', ')}. Kept ${days}; snapshots for ${retention.snapshotDays} days, and at least ${retention.snapshots}. Parquet with ${codec}.`,
    table(
      ['id', 'column', 'type', 'meaning'],
      columns.map(({ id, name: column, type, isRequired, meaning: what }) => [
        String(id),
        `\`${column}\``,
        isRequired ? type : `${type}, optional`,
        what,
      ]),
    ),
  ].join('\n\n');
}

const table = (header: string[], rows: (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
