import * as z from 'zod';
import { int64 } from './manifest-files.ts';

const snapshot = z.looseObject({
  'snapshot-id': int64,
  'sequence-number': z.number().default(0),
  'timestamp-ms': z.number(),
  'manifest-list': z.string(),
  summary: z.record(z.string(), z.string()).default({}),
});
export type Snapshot = z.infer<typeof snapshot>;

const specField = z.looseObject({
  name: z.string(),
  transform: z.string(),
  'source-id': z.number(),
  'field-id': z.number(),
});

/** The metadata of a table, as the Iceberg REST protocol has it: the parts that are used here. */
export const tableMetadata = z.looseObject({
  'table-uuid': z.string(),
  location: z.string(),
  'last-sequence-number': z.number(),
  'current-schema-id': z.number(),
  schemas: z.array(
    z.looseObject({
      'schema-id': z.number().default(0),
      fields: z.array(z.looseObject({ id: z.number(), name: z.string(), type: z.unknown(), required: z.boolean() })),
    }),
  ),
  'default-spec-id': z.number(),
  'partition-specs': z.array(z.looseObject({ 'spec-id': z.number(), fields: z.array(specField) })),
  properties: z.record(z.string(), z.string()).default({}),
  'current-snapshot-id': int64.nullish(),
  snapshots: z.array(snapshot).default([]),
});
export type TableMetadata = z.infer<typeof tableMetadata>;

/** The snapshot that readers see; undefined if the table is empty. @throws Error if it is not in the metadata */
export function currentSnapshot({
  location,
  snapshots,
  'current-snapshot-id': current,
}: TableMetadata): Snapshot | undefined {
  const found = snapshots.find(({ 'snapshot-id': id }) => id === current);
  // Some engines write -1 for none.
  if (!found && current != null && Number(current) !== -1)
    throw new Error(`Expected snapshot ${current} in the metadata of ${location}, found none: it is damaged.`);
  return found;
}

/** One change of a table's metadata: the requirements of the commit protocol, and its updates. */
type Commit = { requirements: object[]; updates: object[] };

/** The catalog of the Iceberg REST protocol. */
export type LakeCatalog = {
  /** @throws Error if there is no such table */
  load(layer: string, table: string): Promise<TableMetadata>;
  /** @returns false if the table is no longer as the requirements say */
  commit(layer: string, table: string, change: Commit): Promise<boolean>;
};

/** The objects of the lake, by their URI (`s3://bucket/key`). */
export type LakeObjects = {
  put(uri: string, body: Uint8Array): Promise<void>;
  /** @throws Error if there is none */
  get(uri: string): Promise<Uint8Array>;
};
