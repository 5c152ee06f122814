import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { parquetMetadataAsync, parquetReadObjects, type SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Column, Dataset, LakeRow } from '../../contracts/dataset.ts';
import { boundOf, compareValues, DECIMAL_BYTES, decoderOf, encoderOf, signed } from './values.ts';

const CODECS = { zstd: 'ZSTD', snappy: 'SNAPPY', gzip: 'GZIP' } as const;
const COMPRESSORS = {
  ZSTD: (bytes: Uint8Array) => zstdCompressSync(bytes),
  GZIP: (bytes: Uint8Array) => gzipSync(bytes),
};
const DECOMPRESSORS = {
  ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes),
  GZIP: (bytes: Uint8Array) => gunzipSync(bytes),
};

const PHYSICAL = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  int: { type: 'INT32' },
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  timestamptz: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
  // Its converted type is added at the end: with it, the writer would not take the bytes as they are.
  'decimal(36,18)': {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: DECIMAL_BYTES,
    logical_type: { type: 'DECIMAL', precision: 36, scale: 18 },
    precision: 36,
    scale: 18,
  },
} as const;

/** What a manifest says about the values of one column in a file. */
type ColumnStatistics = { id: number; values: number; nulls: number; lower?: Buffer; upper?: Buffer };

export type WrittenParquet = { bytes: Uint8Array; rows: number; statistics: ColumnStatistics[] };

/** One Parquet file that is written row group by row group. */
export class ParquetFile {
  readonly #columns: { column: Column; range: Range; physical: ReturnType<typeof encoderOf> }[];
  readonly #buffer = new ByteWriter();
  readonly #writer: ParquetWriter;
  #rows = 0;

  constructor({ columns, codec }: Pick<Dataset, 'columns' | 'codec'>) {
    this.#columns = columns.map((column) => ({ column, range: new Range(column), physical: encoderOf(column.type) }));
    this.#writer = new ParquetWriter({
      writer: this.#buffer,
      schema: [{ name: 'table', num_children: columns.length }, ...columns.map(elementOf)],
      codec: CODECS[codec],
      compressors: COMPRESSORS,
    });
  }

  get rows(): number {
    return this.#rows;
  }

  /** Appends one row group. */
  async append(rows: readonly LakeRow[]): Promise<void> {
    this.#rows += rows.length;
    const columnData = this.#columns.map(({ column: { name }, range, physical }) => {
      const data = rows.map((row) => {
        const value = row[name] ?? null;
        range.add(value);
        return physical(value);
      });
      return { name, data };
    });
    await this.#writer.write({ columnData, rowGroupSize: rows.length });
  }

  /** DuckDB looks for the older of the two forms in which Parquet describes a decimal. With it, the writer wants numbers as statistics. */
  #markDecimals(): void {
    const decimals = this.#writer.schema.filter(({ logical_type: logical }) => logical?.type === 'DECIMAL');
    for (const element of decimals) element.converted_type = 'DECIMAL';
    const names = new Set(decimals.map(({ name }) => name));
    for (const { meta_data } of this.#writer.row_groups.flatMap(({ columns }) => columns)) {
      const { statistics } = meta_data ?? {};
      if (!statistics || !names.has(meta_data?.path_in_schema.join('.') ?? '')) continue;
      if (statistics.min_value instanceof Uint8Array) statistics.min_value = signed(statistics.min_value);
      if (statistics.max_value instanceof Uint8Array) statistics.max_value = signed(statistics.max_value);
    }
  }

  async close(): Promise<WrittenParquet> {
    this.#markDecimals();
    await this.#writer.finish();
    const statistics = this.#columns.map(({ range }) => range.statistics());
    return { bytes: this.#buffer.getBytes(), rows: this.#rows, statistics };
  }
}

/** The rows of a file, by field id: another engine may have written it. */
export async function readParquet(bytes: Uint8Array, columns: readonly Column[]): Promise<LakeRow[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = await parquetMetadataAsync({
    byteLength: file.byteLength,
    slice: (start, end) => file.slice(start, end),
  });
  const names = new Map(metadata.schema.map(({ field_id, name }) => [field_id, name]));
  for (const element of metadata.schema) takePhysical(element);
  const found = await parquetReadObjects({ file, metadata, compressors: DECOMPRESSORS, utf8: false });
  const readers = columns.map(({ id, name, type }) => ({ name, from: names.get(id) ?? name, read: decoderOf(type) }));
  return found.map((row) => Object.fromEntries(readers.map(({ name, from, read }) => [name, read(row[from])])));
}

/** The reader would turn decimals into floats: it is told to leave values as they are stored. */
function takePhysical(element: SchemaElement): void {
  const { type } = element;
  if (type === undefined) return;
  delete element.converted_type;
  delete element.logical_type;
}

function elementOf({ id, name, type, isRequired }: Column): SchemaElement {
  return { name, field_id: id, repetition_type: isRequired ? 'REQUIRED' : 'OPTIONAL', ...PHYSICAL[type] };
}

/** The smallest and the largest value of a column. */
class Range {
  readonly #column: Column;
  #values = 0;
  #nulls = 0;
  #lower: string | number | undefined;
  #upper: string | number | undefined;
  #last: string | number | undefined;

  constructor(column: Column) {
    this.#column = column;
  }

  add(value: string | number | null): void {
    this.#values++;
    if (value === null) {
      this.#nulls++;
      return;
    }
    // Sorted columns repeat their values.
    if (value === this.#last) return;
    this.#last = value;
    const { type } = this.#column;
    if (this.#lower === undefined || compareValues(type, value, this.#lower) < 0) this.#lower = value;
    if (this.#upper === undefined || compareValues(type, value, this.#upper) > 0) this.#upper = value;
  }

  statistics(): ColumnStatistics {
    const { id, type } = this.#column;
    const lower = this.#lower === undefined ? undefined : boundOf(type, this.#lower);
    const upper = this.#upper === undefined ? undefined : boundOf(type, this.#upper);
    return { id, values: this.#values, nulls: this.#nulls, ...(lower && upper && { lower, upper }) };
  }
}
