import { randomBytes } from 'node:crypto';
import type { Dataset, LakeRow } from '../../contracts/dataset.ts';
import { concurrently } from '../../runtime/concurrently.ts';
import { writeDataFiles } from './data-files.ts';
import { deletedRows } from './deleted-rows.ts';
import {
  type DataFile,
  decodeManifest,
  decodeManifestList,
  type ListedManifest,
  mayHaveFiles,
  Status,
} from './manifest-files.ts';
import { currentSnapshot, type LakeCatalog, type LakeObjects, type Snapshot, type TableMetadata } from './metadata.ts';
import { readParquet } from './parquet.ts';
import { mayHavePartition, type Partition, partitionKey } from './partition.ts';
import { changedSnapshot, type LiveFile } from './snapshot.ts';

const READS_AT_ONCE = 16;

/** The property of a table that says from which date (ISO) on it keeps rows: a late file never recreates what was dropped. */
export const RETAINED_FROM = 'closing-bell.retained-from';

export type LakePorts = { catalog: LakeCatalog; objects: LakeObjects };

/** One change of a table: files that go, files that come, what the snapshot says about itself, and properties to set. */
export type TableChange = {
  removed: readonly LiveFile[];
  added: readonly DataFile[];
  summary: Record<string, string>;
  properties?: Record<string, string>;
};

/** A table of the lake at one snapshot. */
export class LakeTable {
  readonly dataset: Dataset;
  readonly metadata: TableMetadata;
  readonly snapshot: Snapshot | undefined;
  readonly #ports: LakePorts;
  readonly #manifests: readonly ListedManifest[];
  #deleted: Promise<Map<string, Set<number>>> | undefined;

  /** @throws Error if the catalog has no such table */
  static async load(ports: LakePorts, dataset: Dataset): Promise<LakeTable> {
    const metadata = await ports.catalog.load(dataset.layer, dataset.name);
    return LakeTable.at(ports, dataset, metadata, currentSnapshot(metadata));
  }

  /** The table at one of its snapshots. */
  static async at(
    ports: LakePorts,
    dataset: Dataset,
    metadata: TableMetadata,
    snapshot: Snapshot | undefined,
  ): Promise<LakeTable> {
    const list = snapshot ? await decodeManifestList(await ports.objects.get(snapshot['manifest-list'])) : [];
    return new LakeTable(ports, dataset, { metadata, snapshot, manifests: list });
  }

  /** The same table before its first snapshot. */
  static empty(table: LakeTable): LakeTable {
    const { dataset, metadata } = table;
    return new LakeTable(table.#ports, dataset, { metadata, snapshot: undefined, manifests: [] });
  }

  private constructor(
    ports: LakePorts,
    dataset: Dataset,
    parts: { metadata: TableMetadata; snapshot: Snapshot | undefined; manifests: readonly ListedManifest[] },
  ) {
    this.#ports = ports;
    this.dataset = dataset;
    this.metadata = parts.metadata;
    this.snapshot = parts.snapshot;
    this.#manifests = parts.manifests;
  }

  get name(): string {
    return `${this.dataset.layer}.${this.dataset.name}`;
  }

  /** True if a snapshot says this about itself. Snapshots expire. */
  hasSnapshotWith(summary: Record<string, string>): boolean {
    return this.metadata.snapshots.some((one) =>
      Object.entries(summary).every(([name, value]) => one.summary[name] === value),
    );
  }

  /** The date (ISO) before which everything was dropped, see Retention; undefined if nothing was. */
  get retainedFrom(): string | undefined {
    return this.metadata.properties[RETAINED_FROM];
  }

  /** Changes if another engine deletes rows without rewriting their files. */
  get deletesVersion(): string {
    return this.#manifests.flatMap((one) => (one.content === 1 && mayHaveFiles(one) ? one.manifest_path : [])).join();
  }

  /** The data files of this snapshot that are wanted. @param mayHave false for manifests that have none of them */
  async files(
    isWanted: (file: DataFile) => boolean = () => true,
    mayHave: (manifest: ListedManifest) => boolean = () => true,
  ): Promise<LiveFile[]> {
    const manifests = this.#manifests.filter((manifest) => manifest.content === 0 && mayHave(manifest));
    const found = new Map<ListedManifest, LiveFile[]>();
    await concurrently(manifests, READS_AT_ONCE, async (manifest) => {
      const entries = await decodeManifest(await this.#ports.objects.get(manifest.manifest_path));
      const live = entries.filter(({ status, data_file }) => status !== Status.deleted && isWanted(data_file));
      found.set(
        manifest,
        live.map((entry) => ({ entry, manifest })),
      );
    });
    return manifests.flatMap((manifest) => found.get(manifest) ?? []);
  }

  /** The files of partitions, by the keys of these. */
  async filesIn(partitions: ReadonlyMap<string, Partition>): Promise<Map<string, LiveFile[]>> {
    const { partition: fields } = this.dataset;
    const keyOf = ({ partition }: DataFile) => partitionKey(fields, partition);
    const files = await this.files(
      (file) => partitions.has(keyOf(file)),
      (manifest) =>
        manifest.partition_spec_id !== this.metadata['default-spec-id'] ||
        mayHavePartition(fields, manifest, [...partitions.values()]),
    );
    return Map.groupBy(files, ({ entry }) => keyOf(entry.data_file));
  }

  /** The rows of files, without those that another engine deleted. */
  async rows(files: readonly LiveFile[]): Promise<LakeRow[]> {
    if (files.length === 0) return [];
    this.#deleted ??= deletedRows(this.#ports.objects, this.#manifests, this.name);
    const deleted = await this.#deleted;
    const rows: LakeRow[] = [];
    for (const { entry } of files) {
      const path = entry.data_file.file_path;
      const gone = deleted.get(path);
      const own = await readParquet(await this.#ports.objects.get(path), this.dataset.columns);
      for (const [at, row] of own.entries()) if (!gone?.has(at)) rows.push(row);
    }
    return rows;
  }

  /** Writes rows of one partition as data files. They belong to the table once a change that adds them is committed. */
  write = (partition: Partition, batches: Iterable<LakeRow[]> | AsyncIterable<LakeRow[]>): Promise<DataFile[]> =>
    writeDataFiles(this.#ports.objects, this, partition, batches);

  /**
   * Commits a change as one new snapshot. A lost answer is recognized by the id of the snapshot.
   * @returns false if the table has another snapshot by now: load it and begin again
   */
  async commit(change: TableChange): Promise<boolean> {
    const { catalog } = this.#ports;
    const { layer, name } = this.dataset;
    const id = randomBytes(6).readUIntBE(0, 6);
    const parent = this.snapshot?.['snapshot-id'];
    const snapshot = await changedSnapshot(
      this.#ports.objects,
      { ...this, manifests: this.#manifests },
      { id, ...change },
    );
    const isIn = async () => (await catalog.load(layer, name)).snapshots.some(({ 'snapshot-id': one }) => one === id);
    const updates = [
      ...(change.properties ? [{ action: 'set-properties', updates: change.properties }] : []),
      { action: 'add-snapshot', snapshot },
      { action: 'set-snapshot-ref', 'ref-name': 'main', type: 'branch', 'snapshot-id': id },
    ];
    const requirements = [
      { type: 'assert-table-uuid', uuid: this.metadata['table-uuid'] },
      { type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': parent ?? null },
    ];
    try {
      return (await catalog.commit(layer, name, { requirements, updates })) || (await isIn());
    } catch (error) {
      if (await isIn()) return true;
      throw error;
    }
  }
}
