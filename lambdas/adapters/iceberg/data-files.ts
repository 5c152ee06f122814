import { randomUUID } from 'node:crypto';
import type { Dataset, LakeRow } from '../../contracts/dataset.ts';
import type { DataFile } from './manifest-files.ts';
import type { LakeObjects, TableMetadata } from './metadata.ts';
import { ParquetFile, type WrittenParquet } from './parquet.ts';
import type { Partition } from './partition.ts';

/** Rows in a row group, and in a file: limits memory. */
const ROWS_IN_GROUP = 20_000;
const ROWS_IN_FILE = 500_000;

type Table = { dataset: Dataset; metadata: TableMetadata };

/** Writes rows of one partition as data files of a table. */
export async function writeDataFiles(
  objects: LakeObjects,
  { dataset, metadata }: Table,
  partition: Partition,
  batches: Iterable<LakeRow[]> | AsyncIterable<LakeRow[]>,
): Promise<DataFile[]> {
  const files: DataFile[] = [];
  let file: ParquetFile | undefined;
  const close = async () => {
    if (file) files.push(await put(objects, metadata.location, partition, await file.close()));
    file = undefined;
  };
  for await (const group of groups(batches)) {
    file ??= new ParquetFile(dataset);
    await file.append(group);
    if (file.rows >= ROWS_IN_FILE) await close();
  }
  await close();
  return files;
}

/** The same rows in pieces of one row group; only the last is shorter. */
async function* groups(batches: Iterable<LakeRow[]> | AsyncIterable<LakeRow[]>): AsyncGenerator<LakeRow[]> {
  let waiting: LakeRow[] = [];
  for await (const batch of batches) {
    waiting = waiting.length === 0 ? batch : waiting.concat(batch);
    let at = 0;
    for (; waiting.length - at >= ROWS_IN_GROUP; at += ROWS_IN_GROUP) yield waiting.slice(at, at + ROWS_IN_GROUP);
    if (at > 0) waiting = waiting.slice(at);
  }
  if (waiting.length > 0) yield waiting;
}

async function put(
  objects: LakeObjects,
  location: string,
  partition: Partition,
  { bytes, rows, statistics }: WrittenParquet,
): Promise<DataFile> {
  const path = `${location}/data/${randomUUID()}.parquet`;
  await objects.put(path, bytes);
  const bounds = (side: 'lower' | 'upper') =>
    statistics.flatMap(({ id, [side]: value }) => (value ? { key: id, value } : []));
  return {
    content: 0,
    file_path: path,
    file_format: 'PARQUET',
    partition,
    record_count: rows,
    file_size_in_bytes: bytes.length,
    value_counts: statistics.map(({ id, values }) => ({ key: id, value: values })),
    null_value_counts: statistics.map(({ id, nulls }) => ({ key: id, value: nulls })),
    lower_bounds: bounds('lower'),
    upper_bounds: bounds('upper'),
  };
}
