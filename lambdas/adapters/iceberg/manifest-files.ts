import * as z from 'zod';
import { decodeAvro, encodeAvro } from './avro.ts';

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

const listedManifest = z.looseObject({
  manifest_path: z.string(),
  manifest_length: int64,
  partition_spec_id: z.int(),
  /** 0: rows. 1: deleted rows. */
  content: z.int().default(0),
  sequence_number: int64,
  min_sequence_number: int64,
  added_snapshot_id: int64,
  partitions: z.array(z.looseObject({ lower_bound: bytes.nullish(), upper_bound: bytes.nullish() })).nullish(),
});
export type ListedManifest = z.infer<typeof listedManifest>;

type Field = { name: string; type: unknown; default?: null; 'field-id': number };
const field = (id: number, name: string, type: unknown): Field => ({ name, type, 'field-id': id });
const optional = (id: number, name: string, type: unknown): Field => ({
  name,
  type: ['null', type],
  default: null,
  'field-id': id,
});
const record = (name: string, fields: Field[]) => ({ type: 'record', name, fields });
/** A map whose keys are field ids. */
const mapOf = (value: string, keyId: number, valueId: number) => ({
  type: 'array',
  logicalType: 'map',
  items: record(`k${keyId}_v${valueId}`, [field(keyId, 'key', 'int'), field(valueId, 'value', value)]),
});

/** Types of partition fields in Avro, by transform. */
const PARTITION_TYPES: Record<string, unknown> = {
  identity: 'string',
  month: 'int',
  day: { type: 'int', logicalType: 'date' },
};
export type SpecField = { name: string; transform: string; 'source-id': number; 'field-id': number };

const entrySchema = (spec: readonly SpecField[]) =>
  record('manifest_entry', [
    field(0, 'status', 'int'),
    optional(1, 'snapshot_id', 'long'),
    optional(3, 'sequence_number', 'long'),
    optional(4, 'file_sequence_number', 'long'),
    field(
      2,
      'data_file',
      record('r2', [
        field(134, 'content', 'int'),
        field(100, 'file_path', 'string'),
        field(101, 'file_format', 'string'),
        field(
          102,
          'partition',
          record(
            'r102',
            spec.map(({ name, transform, 'field-id': id }) => optional(id, name, PARTITION_TYPES[transform])),
          ),
        ),
        field(103, 'record_count', 'long'),
        field(104, 'file_size_in_bytes', 'long'),
        optional(109, 'value_counts', mapOf('long', 119, 120)),
        optional(110, 'null_value_counts', mapOf('long', 121, 122)),
        optional(125, 'lower_bounds', mapOf('bytes', 126, 127)),
        optional(128, 'upper_bounds', mapOf('bytes', 129, 130)),
        optional(140, 'sort_order_id', 'int'),
      ]),
    ),
  ]);

const listSchema = record('manifest_file', [
  field(500, 'manifest_path', 'string'),
  field(501, 'manifest_length', 'long'),
  field(502, 'partition_spec_id', 'int'),
  field(517, 'content', 'int'),
  field(515, 'sequence_number', 'long'),
  field(516, 'min_sequence_number', 'long'),
  field(503, 'added_snapshot_id', 'long'),
  field(504, 'added_files_count', 'int'),
  field(505, 'existing_files_count', 'int'),
  field(506, 'deleted_files_count', 'int'),
  field(512, 'added_rows_count', 'long'),
  field(513, 'existing_rows_count', 'long'),
  field(514, 'deleted_rows_count', 'long'),
  optional(507, 'partitions', {
    type: 'array',
    'element-id': 508,
    items: record('r508', [
      field(509, 'contains_null', 'boolean'),
      optional(518, 'contains_nan', 'boolean'),
      optional(510, 'lower_bound', 'bytes'),
      optional(511, 'upper_bound', 'bytes'),
    ]),
  }),
]);

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
  encodeAvro(
    listSchema,
    manifests.map((one) => ({ ...NO_COUNTS, partitions: null, ...one })),
    {
      'snapshot-id': String(id),
      'parent-snapshot-id': String(parent ?? 'null'),
      'sequence-number': String(sequence),
      'format-version': '2',
    },
  );

const NO_COUNTS = {
  added_files_count: 0,
  existing_files_count: 0,
  deleted_files_count: 0,
  added_rows_count: 0,
  existing_rows_count: 0,
  deleted_rows_count: 0,
};

export const decodeManifest = async (file: Uint8Array): Promise<ManifestEntry[]> =>
  z.array(manifestEntry).parse(await decodeAvro(file));

export const decodeManifestList = async (file: Uint8Array): Promise<ListedManifest[]> =>
  z.array(listedManifest).parse(await decodeAvro(file));
