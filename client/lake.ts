import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { DATASETS } from '../datasets/datasets.ts';
import { pricesView } from '../datasets/prices-view.ts';
import { LakeTable } from '../lambdas/adapters/iceberg/lake-table.ts';
import type { DataFile } from '../lambdas/adapters/iceberg/manifest-files.ts';
import type { Snapshot } from '../lambdas/adapters/iceberg/metadata.ts';
import type { Dataset } from '../lambdas/contracts/dataset.ts';
import { concurrently } from '../lambdas/runtime/concurrently.ts';
import { LakeFault } from './fault.ts';
import { type LakeAddress, type LakeSource, openSource } from './source.ts';

/** Downloads at once. */
const AT_ONCE = 16;

/** The snapshot of a table that gave an answer, and the delivery that made it. */
export type Provenance = { table: string; snapshot: string; delivery: string; at: string };

export type LakeOptions = {
  /** Folder for immutable files. */
  cache?: string;
  /** Read the tables as they were stored at an earlier snapshot of `price_versions`, by its id. */
  snapshot?: string;
};

/** SQL types of columns. */
const SQL_TYPES = {
  string: 'varchar',
  int: 'integer',
  date: 'date',
  timestamptz: 'timestamptz',
  'decimal(36,18)': 'decimal(36,18)',
} as const;

/** A lake that is open for reading. */
export class Lake {
  readonly source: LakeSource;
  readonly #snapshot: string | undefined;
  readonly #tables = new Map<string, Promise<LakeTable>>();
  #database: Promise<DuckDBConnection> | undefined;

  constructor(address: LakeAddress, { cache, snapshot }: LakeOptions = {}) {
    this.source = openSource(address, cache);
    this.#snapshot = snapshot;
  }

  /** A dataset by its name, like `price_versions`. @throws LakeFault with the names there are */
  static dataset(name: string): Dataset {
    const found = DATASETS.find((dataset) => dataset.name === name || `${dataset.layer}.${dataset.name}` === name);
    if (found) return found;
    const names = ['prices', ...DATASETS.map((dataset) => dataset.name)].join(', ');
    throw new LakeFault(`Expected one of the datasets ${names}, found ${name}.`);
  }

  table(name: string): Promise<LakeTable> {
    const dataset = Lake.dataset(name);
    const found = this.#tables.get(dataset.name) ?? this.#load(dataset);
    this.#tables.set(dataset.name, found);
    return found;
  }

  async #load(dataset: Dataset): Promise<LakeTable> {
    const table = await LakeTable.load(this.source.ports, dataset);
    const asked = this.#snapshot;
    if (asked === undefined) return table;
    const own = snapshotAt(table, await this.#time(asked));
    return own ? LakeTable.at(this.source.ports, dataset, table.metadata, own) : LakeTable.empty(table);
  }

  /** When the asked snapshot was made (ms since 1970). */
  async #time(id: string): Promise<number> {
    const { layer, name } = Lake.dataset('price_versions');
    const { snapshots } = await this.source.ports.catalog.load(layer, name);
    const found = snapshots.find((one) => String(one['snapshot-id']) === id);
    if (found) return found['timestamp-ms'];
    const first = snapshots[0];
    throw new LakeFault(
      first
        ? `Snapshot ${id} of ${layer}.${name} has expired or never was. The oldest that can be read is ${first['snapshot-id']}, of ${new Date(first['timestamp-ms']).toISOString()}. For what was known on a date use --as-of DATE, which needs no snapshot.`
        : `Expected snapshot ${id} of ${layer}.${name}; the table is empty.`,
    );
  }

  /**
   * Local paths of a table's files. They are downloaded first.
   * @throws LakeFault if another engine left rows to delete beside the files
   */
  async files(name: string, isWanted?: (file: DataFile) => boolean): Promise<string[]> {
    const table = await this.table(name);
    if (table.deletesVersion !== '')
      throw new LakeFault(
        `${table.name} has rows that another engine deleted without rewriting their files. Rewrite them with that engine (Spark: CALL system.rewrite_data_files), or read the table with it.`,
      );
    const uris = (await table.files(isWanted)).map(({ entry }) => entry.data_file.file_path);
    await concurrently(uris, AT_ONCE, async (uri) => void (await this.source.ports.objects.get(uri)));
    return uris.map((uri) => this.source.folder.fileOf(uri));
  }

  /** The SQL that reads a table: its files, or no rows. */
  async reading(name: string, isWanted?: (file: DataFile) => boolean): Promise<string> {
    const files = await this.files(name, isWanted);
    const columns = Lake.dataset(name).columns;
    if (files.length === 0)
      return `(select ${columns.map((one) => `null::${SQL_TYPES[one.type]} as ${one.name}`).join()} where false)`;
    return `read_parquet([${files.map(quoted).join()}])`;
  }

  async provenance(name: string): Promise<Provenance> {
    const { snapshot, name: table } = await this.table(name);
    if (!snapshot) return { table, snapshot: 'none', delivery: 'none', at: 'never' };
    return {
      table,
      snapshot: String(snapshot['snapshot-id']),
      delivery: snapshot.summary['closing-bell.delivery'] ?? 'another engine',
      at: new Date(snapshot['timestamp-ms']).toISOString(),
    };
  }

  /** DuckDB in memory. Times are in UTC. */
  database(): Promise<DuckDBConnection> {
    this.#database ??= open();
    return this.#database;
  }

  /** DuckDB with every table as a view, and the view `prices`. */
  async views(): Promise<DuckDBConnection> {
    const database = await this.database();
    for (const { layer, name } of DATASETS) {
      await database.run(`create schema if not exists ${layer}`);
      await database.run(`create or replace view ${layer}.${name} as select * from ${await this.reading(name)}`);
      await database.run(`create or replace view ${name} as select * from ${layer}.${name}`);
    }
    const view = pricesView((table) => `silver.${table}`);
    await database.run(`create or replace view silver.prices as ${view}`);
    await database.run('create or replace view prices as select * from silver.prices');
    return database;
  }

  async close(): Promise<void> {
    (await this.#database)?.closeSync();
  }
}

/** The newest snapshot of a table at a time; undefined if there was none. */
const snapshotAt = ({ metadata }: LakeTable, time: number): Snapshot | undefined =>
  metadata.snapshots.findLast((one) => one['timestamp-ms'] <= time);

async function open(): Promise<DuckDBConnection> {
  // No extension is ever downloaded: the client works without a network.
  const options = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };
  const database = await (await DuckDBInstance.create(':memory:', options)).connect();
  await database.run("set timezone = 'UTC'");
  return database;
}

/** A text as SQL writes it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
