import { randomUUID } from 'node:crypto';
import {
  type DataFile,
  decodeManifest,
  encodeManifest,
  encodeManifestList,
  type ListedManifest,
  type ManifestContext,
  type ManifestEntry,
  mayHaveFiles,
  Status,
} from './manifest-files.ts';
import type { LakeObjects, Snapshot, TableMetadata } from './metadata.ts';
import { rangesOf } from './partition.ts';

/** A data file of a snapshot, with its entry and the manifest that lists it. */
export type LiveFile = { entry: ManifestEntry; manifest: ListedManifest };

type Parent = { metadata: TableMetadata; snapshot: Snapshot | undefined; manifests: readonly ListedManifest[] };
type Change = {
  id: number;
  removed: readonly LiveFile[];
  added: readonly DataFile[];
  summary: Record<string, string>;
};

/** With more manifests than this, they are merged into one: readers open each of them. */
const MAX_MANIFESTS = 100;

/** Writes the manifests and the manifest list of a change. @returns the snapshot, for the catalog */
export async function changedSnapshot(objects: LakeObjects, parent: Parent, change: Change): Promise<object> {
  const { metadata, snapshot } = parent;
  const { id, removed, added, summary } = change;
  const sequence = metadata['last-sequence-number'] + 1;
  const writer = new ManifestWriter(objects, metadata, id, sequence);
  const old = removed.find(({ manifest }) => manifest.partition_spec_id !== writer.specId);
  if (old)
    throw new Error(
      `${metadata.location} has files with other partitions (${old.entry.data_file.file_path}): another engine changed its partition spec. Set the spec of the datasets again with that engine, and rewrite these files.`,
    );
  const manifests = await nextManifests(objects, parent.manifests, change, writer);
  const list = `${metadata.location}/metadata/snap-${id}-${randomUUID()}.avro`;
  const own = { id, parent: snapshot?.['snapshot-id'], sequence };
  await objects.put(list, encodeManifestList(manifests, own));
  return {
    'snapshot-id': id,
    ...(snapshot && { 'parent-snapshot-id': snapshot['snapshot-id'] }),
    'sequence-number': sequence,
    'timestamp-ms': Math.max(Date.now(), (snapshot?.['timestamp-ms'] ?? 0) + 1),
    'manifest-list': list,
    'schema-id': metadata['current-schema-id'],
    summary: { ...summaryOf(snapshot, removed, added), ...summary },
  };
}

/** The manifests of the parent without removed files, and one with the added files. */
async function nextManifests(
  objects: LakeObjects,
  before: readonly ListedManifest[],
  { id, removed, added }: Change,
  writer: ManifestWriter,
): Promise<ListedManifest[]> {
  const gone = Map.groupBy(removed, ({ manifest }) => manifest.manifest_path);
  const gonePaths = new Set(removed.map(({ entry }) => entry.data_file.file_path));
  const entriesOf = async (manifest: ListedManifest) =>
    (await decodeManifest(await objects.get(manifest.manifest_path)))
      .filter(({ status }) => status !== Status.deleted)
      .map((entry) => inherited(entry, manifest));
  const next: ListedManifest[] = [];
  if (added.length > 0)
    next.push(await writer.write(added.map((data_file) => ({ status: Status.added, snapshot_id: id, data_file }))));
  const kept: ListedManifest[] = [];
  for (const manifest of before) {
    if (!gone.has(manifest.manifest_path)) {
      // A manifest that has only deleted files is of no use to later snapshots.
      if (mayHaveFiles(manifest)) kept.push(manifest);
      continue;
    }
    const entries = (await entriesOf(manifest)).map((entry) =>
      gonePaths.has(entry.data_file.file_path)
        ? { ...entry, status: Status.deleted, snapshot_id: id }
        : { ...entry, status: Status.existing },
    );
    next.push(await writer.write(entries));
  }
  const mergeable = kept.filter(
    ({ content, partition_spec_id }) => content === 0 && partition_spec_id === writer.specId,
  );
  if (mergeable.length <= MAX_MANIFESTS) return [...next, ...kept];
  const entries = (await Promise.all(mergeable.map(entriesOf))).flat();
  const merged = await writer.write(entries.map((entry) => ({ ...entry, status: Status.existing })));
  return [...next, merged, ...kept.filter((one) => !mergeable.includes(one))];
}

/** Entries take what they do not say from their manifest. */
const inherited = (entry: ManifestEntry, manifest: ListedManifest): ManifestEntry => ({
  ...entry,
  snapshot_id: entry.snapshot_id ?? manifest.added_snapshot_id,
  sequence_number: entry.sequence_number ?? manifest.sequence_number,
  file_sequence_number: entry.file_sequence_number ?? manifest.sequence_number,
});

class ManifestWriter {
  readonly #objects: LakeObjects;
  readonly #location: string;
  readonly #context: ManifestContext;
  readonly #id: number;
  readonly #sequence: number;

  constructor(objects: LakeObjects, metadata: TableMetadata, id: number, sequence: number) {
    const schemaId = metadata['current-schema-id'];
    const specId = metadata['default-spec-id'];
    const schema = metadata.schemas.find((one) => one['schema-id'] === schemaId);
    const spec = metadata['partition-specs'].find((one) => one['spec-id'] === specId);
    if (!schema || !spec) throw new Error(`Expected schema ${schemaId} and partition spec ${specId} in the metadata.`);
    this.#objects = objects;
    this.#location = metadata.location;
    this.#context = { schema, schemaId, spec: spec.fields, specId };
    this.#id = id;
    this.#sequence = sequence;
  }

  get specId(): number {
    return this.#context.specId;
  }

  async write(entries: readonly ManifestEntry[]): Promise<ListedManifest> {
    const path = `${this.#location}/metadata/${randomUUID()}-m0.avro`;
    const bytes = encodeManifest(entries, this.#context);
    await this.#objects.put(path, bytes);
    const of = (status: number) => entries.filter((entry) => entry.status === status);
    const rows = (status: number) => sumOf(of(status).map(({ data_file }) => data_file));
    const sequences = entries.flatMap(({ status, sequence_number }) =>
      status === Status.deleted || sequence_number == null ? [] : Number(sequence_number),
    );
    return {
      manifest_path: path,
      manifest_length: bytes.length,
      partition_spec_id: this.#context.specId,
      content: 0,
      sequence_number: this.#sequence,
      min_sequence_number: Math.min(this.#sequence, ...sequences),
      added_snapshot_id: this.#id,
      added_files_count: of(Status.added).length,
      existing_files_count: of(Status.existing).length,
      deleted_files_count: of(Status.deleted).length,
      added_rows_count: rows(Status.added),
      existing_rows_count: rows(Status.existing),
      deleted_rows_count: rows(Status.deleted),
      partitions: rangesOf(
        this.#context.spec,
        entries.map(({ data_file }) => data_file.partition),
      ),
    };
  }
}

const sumOf = (files: readonly DataFile[], of: 'record_count' | 'file_size_in_bytes' = 'record_count'): number =>
  files.reduce((sum, file) => sum + Number(file[of]), 0);

/** The counts that engines expect in the summary of a snapshot. */
function summaryOf(
  parent: Snapshot | undefined,
  removed: readonly LiveFile[],
  added: readonly DataFile[],
): Record<string, string> {
  const gone = removed.map(({ entry }) => entry.data_file);
  const total = (name: string, change: number) => String(Number(parent?.summary[name] ?? 0) + change);
  return {
    operation: gone.length === 0 ? 'append' : added.length === 0 ? 'delete' : 'overwrite',
    'added-data-files': String(added.length),
    'added-records': String(sumOf(added)),
    'deleted-data-files': String(gone.length),
    'deleted-records': String(sumOf(gone)),
    'total-data-files': total('total-data-files', added.length - gone.length),
    'total-records': total('total-records', sumOf(added) - sumOf(gone)),
    'total-files-size': total(
      'total-files-size',
      sumOf(added, 'file_size_in_bytes') - sumOf(gone, 'file_size_in_bytes'),
    ),
    'total-delete-files': total('total-delete-files', 0),
    'total-position-deletes': total('total-position-deletes', 0),
    'total-equality-deletes': total('total-equality-deletes', 0),
  };
}
