import * as z from 'zod';
import { decodeAvro, encodeAvro } from './avro.ts';
import { entrySchema, listSchema, type SpecField } from './manifest-schemas.ts';

/** Whole numbers of 64 bits. */
export const int64 = z.union([z.number(), z.bigint()]);
const bytes = z.instanceof(Uint8Array<ArrayBufferLike>);
const bounds = z.array(z.object({ key: z.int(), value: bytes })).nullish();
const countsOf = z.array(z.object({ key: z.int(), value: int64 })).nullish();

const dataFile = z.looseObject({
  /** 0: rows. 1: positions of deleted rows. 2: values of deleted rows. */
  content: z.int().default(0),
  file_path: z.string(),
  file_format: z.string(),
  partition: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  record_count: int64,
  file_size_in_bytes: int64,
  value_counts: countsOf,
  null_value_counts: countsOf,
  lower_bounds: bounds,
  upper_bounds: bounds,
});
export type DataFile = z.infer<typeof dataFile>;

/** Status of an entry: it was there, is new, or is deleted. */
export const Status = { existing: 0, added: 1, deleted: 2 } as const;

const manifestEntry = z.object({
  status: z.int(),
  snapshot_id: int64.nullish(),
  sequence_number: int64.nullish(),
  file_sequence_number: int64.nullish(),
  data_file: dataFile,
});
export type ManifestEntry = z.infer<typeof manifestEntry>;

const count = z.int().nullish();

const listedManifest = z.looseObject({
  manifest_path: z.string(),
  manifest_length: int64,
  partition_spec_id: z.int(),
  /** 0: rows. 1: deleted rows. */
  content: z.int().default(0),
  sequence_number: int64,
  min_sequence_number: int64,
  added_snapshot_id: int64,
  added_files_count: count,
  existing_files_count: count,
  deleted_files_count: count,
  partitions: z.array(z.looseObject({ lower_bound: bytes.nullish(), upper_bound: bytes.nullish() })).nullish(),
});
export type ListedManifest = z.infer<typeof listedManifest>;

/** Where a manifest belongs. */
export type ManifestContext = { schema: object; schemaId: number; spec: readonly SpecField[]; specId: number };

export const encodeManifest = (
  entries: readonly ManifestEntry[],
  { schema, schemaId, spec, specId }: ManifestContext,
): Buffer =>
  encodeAvro(entrySchema(spec), entries.map(withAllFields), {
    schema: JSON.stringify(schema),
    'schema-id': String(schemaId),
    'partition-spec': JSON.stringify(spec),
    'partition-spec-id': String(specId),
    'format-version': '2',
    content: 'data',
  });

const withAllFields = (entry: ManifestEntry) => ({
  snapshot_id: null,
  sequence_number: null,
  file_sequence_number: null,
  ...entry,
  data_file: {
    value_counts: null,
    null_value_counts: null,
    lower_bounds: null,
    upper_bounds: null,
    sort_order_id: null,
    ...entry.data_file,
  },
});

export const encodeManifestList = (
  manifests: readonly ListedManifest[],
  { id, parent, sequence }: { id: number; parent: number | bigint | undefined; sequence: number },
): Buffer =>
  encodeAvro(listSchema, manifests.map(withCounts), {
    'snapshot-id': String(id),
    'parent-snapshot-id': String(parent ?? 'null'),
    'sequence-number': String(sequence),
    'format-version': '2',
  });

/** Counts that are not known become 1: a manifest with 0 files would be passed over. */
const withCounts = (one: ListedManifest) => ({
  added_rows_count: 0,
  existing_rows_count: 0,
  deleted_rows_count: 0,
  ...one,
  partitions: one.partitions ?? null,
  added_files_count: one.added_files_count ?? 1,
  existing_files_count: one.existing_files_count ?? 1,
  deleted_files_count: one.deleted_files_count ?? 0,
});

export const decodeManifest = async (file: Uint8Array): Promise<ManifestEntry[]> =>
  z.array(manifestEntry).parse(await decodeAvro(file));

export const decodeManifestList = async (file: Uint8Array): Promise<ListedManifest[]> =>
  z.array(listedManifest).parse((await decodeAvro(file)).map(withNewNames));

/** Iceberg's Java library has written counts of files under other names. */
const withNewNames = (record: unknown): object => {
  const found = record as Record<string, unknown>;
  const count = (name: string) => found[`${name}_files_count`] ?? found[`${name}_data_files_count`];
  return {
    ...found,
    added_files_count: count('added'),
    existing_files_count: count('existing'),
    deleted_files_count: count('deleted'),
  };
};

/** True unless a manifest is known to have only files that were deleted. */
export const mayHaveFiles = ({ added_files_count: added, existing_files_count: existing }: ListedManifest): boolean =>
  added == null || existing == null || added + existing > 0;
