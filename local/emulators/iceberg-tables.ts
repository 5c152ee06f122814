import { randomUUID } from 'node:crypto';
import * as z from 'zod';

/** An answer of the catalog that is an error. `type`: the name that the Iceberg REST protocol has for it. */
export class CatalogError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

const id = z.union([z.number(), z.bigint()]);
const snapshot = z.looseObject({ 'snapshot-id': id, 'sequence-number': z.number(), 'timestamp-ms': z.number() });
const schema = z.looseObject({
  'schema-id': z.number().optional(),
  fields: z.array(z.looseObject({ id: z.number() })),
});
const metadata = z.looseObject({
  'table-uuid': z.string(),
  location: z.string(),
  'last-sequence-number': z.number(),
  'last-updated-ms': z.number(),
  'last-column-id': z.number(),
  'current-schema-id': z.number(),
  schemas: z.array(schema),
  properties: z.record(z.string(), z.string()),
  'current-snapshot-id': id.nullable(),
  refs: z.record(z.string(), z.looseObject({ 'snapshot-id': id })),
  snapshots: z.array(snapshot),
  'snapshot-log': z.array(z.looseObject({ 'snapshot-id': id })),
  'metadata-log': z.array(z.looseObject({})),
});
export type Metadata = z.infer<typeof metadata>;
/** One table: its metadata, where the file of the metadata is, and how many files there were before. */
export const catalogTable = z.object({ metadata, at: z.string(), version: z.int() });
export type CatalogTable = z.infer<typeof catalogTable>;

export const newTable = z.object({
  name: z.string(),
  location: z.string().optional(),
  schema,
  'partition-spec': z.looseObject({ fields: z.array(z.looseObject({ 'field-id': z.number().optional() })) }).optional(),
  'write-order': z.looseObject({ fields: z.array(z.unknown()) }).optional(),
  properties: z.record(z.string(), z.string()).default({}),
  'stage-create': z.boolean().default(false),
});

/** The metadata of a table that was just created. @param otherwise its location if it names none */
export function createdMetadata(table: z.output<typeof newTable>, otherwise: string): Metadata {
  const spec = table['partition-spec']?.fields ?? [];
  const order = table['write-order'];
  const isSorted = (order?.fields.length ?? 0) > 0;
  return metadata.parse({
    'format-version': 2,
    'table-uuid': randomUUID(),
    location: table.location ?? otherwise,
    'last-sequence-number': 0,
    'last-updated-ms': Date.now(),
    'last-column-id': Math.max(...table.schema.fields.map((field) => field.id)),
    'current-schema-id': 0,
    schemas: [{ ...table.schema, 'schema-id': 0 }],
    'default-spec-id': 0,
    'partition-specs': [
      { 'spec-id': 0, fields: spec.map((field, i) => ({ ...field, 'field-id': field['field-id'] ?? 1000 + i })) },
    ],
    'last-partition-id': 999 + spec.length,
    'sort-orders': [{ 'order-id': 0, fields: [] }, ...(isSorted ? [{ ...order, 'order-id': 1 }] : [])],
    'default-sort-order-id': isSorted ? 1 : 0,
    properties: table.properties,
    'current-snapshot-id': null,
    refs: {},
    snapshots: [],
    'snapshot-log': [],
    'metadata-log': [],
  });
}

const requirement = z.discriminatedUnion('type', [
  z.object({ type: z.literal('assert-create') }),
  z.object({ type: z.literal('assert-table-uuid'), uuid: z.string() }),
  z.object({ type: z.literal('assert-ref-snapshot-id'), ref: z.string(), 'snapshot-id': id.nullish() }),
  z.looseObject({ type: z.literal('assert-current-schema-id') }),
  z.looseObject({ type: z.literal('assert-last-assigned-field-id') }),
  z.looseObject({ type: z.literal('assert-last-assigned-partition-id') }),
  z.looseObject({ type: z.literal('assert-default-spec-id') }),
  z.looseObject({ type: z.literal('assert-default-sort-order-id') }),
]);

const update = z.discriminatedUnion('action', [
  z.object({ action: z.literal('add-snapshot'), snapshot }),
  z.looseObject({ action: z.literal('set-snapshot-ref'), 'ref-name': z.string(), 'snapshot-id': id }),
  z.object({ action: z.literal('remove-snapshot-ref'), 'ref-name': z.string() }),
  z.object({ action: z.literal('remove-snapshots'), 'snapshot-ids': z.array(id) }),
  z.object({ action: z.literal('set-properties'), updates: z.record(z.string(), z.string()) }),
  z.object({ action: z.literal('remove-properties'), removals: z.array(z.string()) }),
  z.object({ action: z.literal('set-location'), location: z.string() }),
  z.looseObject({ action: z.literal('assign-uuid') }),
  z.looseObject({ action: z.literal('upgrade-format-version') }),
  z.looseObject({ action: z.literal('add-schema') }),
  z.looseObject({ action: z.literal('set-current-schema') }),
  z.looseObject({ action: z.literal('add-spec') }),
  z.looseObject({ action: z.literal('set-default-spec') }),
  z.looseObject({ action: z.literal('add-sort-order') }),
  z.looseObject({ action: z.literal('set-default-sort-order') }),
]);
export const tableCommit = z.object({ requirements: z.array(requirement), updates: z.array(update) });
type Update = z.infer<typeof update>;

/** The metadata after a commit. @throws CatalogError 409 if a requirement is not met */
export function committed(before: Metadata, change: z.infer<typeof tableCommit>): Metadata {
  for (const one of change.requirements) {
    if (one.type === 'assert-table-uuid' && one.uuid !== before['table-uuid'])
      throw new CatalogError(409, 'CommitFailedException', 'It is another table.');
    if (one.type !== 'assert-ref-snapshot-id') continue;
    const current = before.refs[one.ref]?.['snapshot-id'] ?? null;
    if (current !== (one['snapshot-id'] ?? null))
      throw new CatalogError(409, 'CommitFailedException', `${one.ref} is at snapshot ${current}.`);
  }
  const after = structuredClone(before);
  for (const one of change.updates) apply(after, one);
  after['last-updated-ms'] = Date.now();
  return after;
}

function apply(table: Metadata, one: Update): void {
  switch (one.action) {
    case 'add-snapshot':
      table.snapshots.push(one.snapshot);
      table['last-sequence-number'] = one.snapshot['sequence-number'];
      return;
    case 'set-snapshot-ref': {
      const { action: _action, 'ref-name': name, ...ref } = one;
      table.refs[name] = ref;
      if (name !== 'main') return;
      const at = table.snapshots.find((found) => found['snapshot-id'] === ref['snapshot-id'])?.['timestamp-ms'];
      table['current-snapshot-id'] = ref['snapshot-id'];
      table['snapshot-log'].push({ 'snapshot-id': ref['snapshot-id'], 'timestamp-ms': at ?? Date.now() });
      return;
    }
    case 'remove-snapshot-ref':
      delete table.refs[one['ref-name']];
      return;
    case 'remove-snapshots': {
      const gone = new Set(one['snapshot-ids']);
      table.snapshots = table.snapshots.filter((found) => !gone.has(found['snapshot-id']));
      table['snapshot-log'] = table['snapshot-log'].filter((found) => !gone.has(found['snapshot-id']));
      return;
    }
    case 'set-properties':
      Object.assign(table.properties, one.updates);
      return;
    case 'remove-properties':
      for (const name of one.removals) delete table.properties[name];
      return;
    case 'set-location':
      table.location = one.location;
      return;
    case 'assign-uuid':
    case 'upgrade-format-version':
      return;
    default:
      throw new CatalogError(501, 'UnsupportedOperationException', `The local catalog does not support ${one.action}.`);
  }
}

/**
 * The metadata without snapshots that are too old, by the properties of the table: what Glue's optimizer does on AWS. Their files are
 * left where they are.
 */
export function withoutExpired(table: Metadata, now: number): Metadata {
  const maxAge = Number(table.properties['history.expire.max-snapshot-age-ms'] ?? Number.POSITIVE_INFINITY);
  const atLeast = Number(table.properties['history.expire.min-snapshots-to-keep'] ?? 1);
  const newest = table.snapshots.toReversed().slice(0, atLeast);
  const named = new Set(Object.values(table.refs).map((ref) => ref['snapshot-id']));
  const snapshots = table.snapshots.filter(
    (one) => newest.includes(one) || named.has(one['snapshot-id']) || now - one['timestamp-ms'] <= maxAge,
  );
  const kept = new Set(snapshots.map((one) => one['snapshot-id']));
  return {
    ...table,
    snapshots,
    'snapshot-log': table['snapshot-log'].filter((one) => kept.has(one['snapshot-id'])),
  };
}
