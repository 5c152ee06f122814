/** Types of columns. A `decimal` has 18 digits before and 18 after the point: what a vendor's file may have. */
export type ColumnType = 'string' | 'int' | 'date' | 'timestamptz' | 'decimal(36,18)';

export type Column = {
  /** Field id of Iceberg: never reused, never changed. */
  id: number;
  name: string;
  type: ColumnType;
  /** True if every row has a value. */
  isRequired: boolean;
  /** What it means, with its unit. */
  meaning: string;
};

export type PartitionField = { column: string; transform: 'identity' | 'day' | 'month'; id: number; name: string };

/**
 * How long a table keeps what it has. Partitions older than `days` are dropped whole; undefined keeps them for ever. A snapshot can be
 * read again for `snapshotDays`, and at least the last `snapshots` can.
 */
export type Retention = { days: number | undefined; snapshotDays: number; snapshots: number };

/** One table of the lake. Its Glue table, the writer, the client and the docs are made from it. */
export type Dataset = {
  /** Layer and name of the table, like `silver.price_versions`. */
  layer: 'bronze' | 'silver' | 'gold';
  name: string;
  /** What one row is. */
  meaning: string;
  columns: readonly Column[];
  /** Columns that identify a row. */
  key: readonly string[];
  partition: readonly PartitionField[];
  /** Columns by which the rows of a file are sorted. */
  order: readonly string[];
  retention: Retention;
  codec: 'zstd' | 'snappy' | 'gzip';
};

/** A value of a row: text for strings, decimals (`310.33`), dates (ISO) and instants (ISO, UTC); a number for an int. */
export type Value = string | number | null;
export type LakeRow = Record<string, Value>;

type Columns = Record<
  string,
  [type: ColumnType, meaning: string] | [type: ColumnType, meaning: string, optional: 'optional']
>;

/** Columns in their order: the field ids count from 1, so a new column is added at the end. */
export const columns = (described: Columns): Column[] =>
  Object.entries(described).map(([name, [type, meaning, optional]], i) => ({
    id: i + 1,
    name,
    type,
    isRequired: optional === undefined,
    meaning,
  }));

/** Partition fields have ids of their own. */
const FIRST_PARTITION_ID = 1000;

/** Partition fields from text like `day(file_date)` or `identity(delivery)`. */
export const partitionBy = (...fields: `${PartitionField['transform']}(${string})`[]): PartitionField[] =>
  fields.map((text, i) => {
    const [, transform = '', column = ''] = /^(\w+)\((\w+)\)$/.exec(text) ?? [];
    return {
      column,
      transform: transform as PartitionField['transform'],
      id: FIRST_PARTITION_ID + i,
      name: transform === 'identity' ? `${column}_identity` : `${column}_${transform}`,
    };
  });

/** Kept for so many days; snapshots of a week can be read. */
export const keptFor = (days: number): Retention => ({ days, snapshotDays: 7, snapshots: 20 });

/** The first columns of a dataset that collectors fill. */
export const COLLECTED_COLUMNS = {
  file_date: ['date', 'Date in the name of the file: the day of the run.'],
  delivery: ['string', 'Delivery id, like news/finnhub/2020-01-10.incremental.'],
  revision: ['string', 'Revision of the delivery.'],
  line: ['int', 'Line in the file.'],
} satisfies Columns;

/** Kept for ever; snapshots of the last year can be read, and at least the last 300. */
export const FOR_EVER: Retention = { days: undefined, snapshotDays: 365, snapshots: 300 };
