import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { DATASETS } from '../datasets/datasets.ts';
import { pricesView } from '../datasets/prices-view.ts';
import { LakeTable } from '../lambdas/adapters/iceberg/lake-table.ts';
import type { DataFile } from '../lambdas/adapters/iceberg/manifest-files.ts';
import type { Snapshot } from '../lambdas/adapters/iceberg/metadata.ts';
import type { Dataset } from '../lambdas/contracts/dataset.ts';
import { concurrently } from '../lambdas/runtime/concurrently.ts';
import { LakeFault } from './fault.ts';
import { fetchWhole, type LakeAddress, type LakeSource, openSource } from './source.ts';

/** Downloads at once. */
const AT_ONCE = 16;

/** The snapshot of a table that gave an answer, and the delivery that made it. */
export type Provenance = { table: string; snapshot: string; delivery: string; at: string };

export type LakeOptions = {
  /** Folder for immutable files. */
  cache?: string;
  /** Read the tables as they were stored at an earlier snapshot of one of them, by its id. */
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
  #instance: Promise<DuckDBInstance> | undefined;
  readonly #connections: DuckDBConnection[] = [];

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
    const own = snapshotWith(table, await this.#asked(asked));
    return own ? LakeTable.at(this.source.ports, dataset, table.metadata, own) : LakeTable.empty(table);
  }

  /** The asked snapshot. @throws LakeFault if no table has it */
  async #asked(id: string): Promise<Snapshot> {
    const { catalog } = this.source.ports;
    const all = await Promise.all(DATASETS.map(async ({ layer, name }) => (await catalog.load(layer, name)).snapshots));
    const found = all.flat().find((one) => String(one['snapshot-id']) === id);
    if (found) return found;
    const oldest = Math.min(...all.flatMap((snapshots) => snapshots[0]?.['timestamp-ms'] ?? []));
    const since = Number.isFinite(oldest) ? ` There are snapshots since ${new Date(oldest).toISOString()}.` : '';
    throw new LakeFault(
      `Snapshot ${id} has expired, was not pulled, or never was.${since} For what was known on a date use --as-of DATE, which needs no snapshot.`,
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
    const files = (await table.files(isWanted)).map(({ entry }) => entry.data_file);
    await concurrently(files, AT_ONCE, async (file) => void (await fetchWhole(this.source, file)));
    return files.map((file) => this.source.folder.fileOf(file.file_path));
  }

  /** The SQL that reads a table: its files, or no rows. */
  async reading(name: string, isWanted?: (file: DataFile) => boolean): Promise<string> {
    const files = await this.files(name, isWanted);
    const columns = Lake.dataset(name).columns;
    if (files.length === 0)
      return `(select ${columns.map((one) => `null::${SQL_TYPES[one.type]} as "${one.name}"`).join()} where false)`;
    // Other engines put partitions into paths: DuckDB would make columns of them.
    const names = columns.map((one) => `"${one.name}"`).join();
    return `(select ${names} from read_parquet([${files.map(quoted).join()}], hive_partitioning = false))`;
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

  /** A new connection to DuckDB in memory: a second query on one connection would end the rows of the first. Times are in UTC. */
  async database(): Promise<DuckDBConnection> {
    this.#instance ??= open();
    const connection = await (await this.#instance).connect();
    this.#connections.push(connection);
    await connection.run("set timezone = 'UTC'");
    return connection;
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
    for (const connection of this.#connections) connection.closeSync();
    (await this.#instance)?.closeSync();
  }
}

const DELIVERY = 'closing-bell.delivery';
const REVISION = 'closing-bell.revision';

/** The newest snapshot of a table that is not younger than another one, or of the same revision; undefined if there was none. */
const snapshotWith = ({ metadata }: LakeTable, asked: Snapshot): Snapshot | undefined =>
  metadata.snapshots.findLast(
    ({ summary, 'timestamp-ms': at }) =>
      at <= asked['timestamp-ms'] ||
      (summary[DELIVERY] !== undefined &&
        summary[DELIVERY] === asked.summary[DELIVERY] &&
        summary[REVISION] === asked.summary[REVISION]),
  );

/** No extension is ever downloaded: the client works without a network. */
const open = (): Promise<DuckDBInstance> =>
  DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' });

/** A text as SQL writes it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
