// The schemas of manifests and manifest lists in Avro, with Iceberg's field ids: https://iceberg.apache.org/spec/#manifests

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

export const entrySchema = (spec: readonly SpecField[]) =>
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

export const listSchema = record('manifest_file', [
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
