import type { Dataset } from './dataset.ts';

const DAY_MS = 86_400_000;

/** A dataset as Iceberg's create-table request has it; the Glue table of lib/ is made from it too. */
export const newIcebergTable = ({ name, meaning, columns, key, partition, order, retention, codec }: Dataset) => {
  const idOf = (column: string) => columns.find((one) => one.name === column)?.id ?? 0;
  return {
    name,
    schema: {
      type: 'struct' as const,
      fields: columns.map(({ id, name: column, type, isRequired, meaning: doc }) => ({
        id,
        name: column,
        type,
        required: isRequired,
        doc,
      })),
    },
    'partition-spec': {
      fields: partition.map(({ column, transform, id, name: field }) => ({
        'source-id': idOf(column),
        'field-id': id,
        name: field,
        transform,
      })),
    },
    'write-order': {
      'order-id': 1,
      fields: order.map((column) => ({
        'source-id': idOf(column),
        transform: 'identity',
        direction: 'asc' as const,
        'null-order': 'nulls-last' as const,
      })),
    },
    properties: {
      'write.parquet.compression-codec': codec,
      'history.expire.max-snapshot-age-ms': String(retention.snapshotDays * DAY_MS),
      'history.expire.min-snapshots-to-keep': String(retention.snapshots),
      comment: meaning,
      'closing-bell.key': key.join(),
    },
  };
};
