import { DATASETS } from '../../../datasets/datasets.ts';
import { LakeTable } from '../../../lambdas/adapters/iceberg/lake-table.ts';
import { type LakeCatalog, type LakeObjects, tableMetadata } from '../../../lambdas/adapters/iceberg/metadata.ts';
import type { LakeRow } from '../../../lambdas/contracts/dataset.ts';
import { parseExactly, stringifyExactly } from '../../../lambdas/contracts/exact-json.ts';
import { newIcebergTable } from '../../../lambdas/contracts/iceberg-schema.ts';
import {
  CatalogError,
  committed,
  createdMetadata,
  type Metadata,
  newTable,
  tableCommit,
} from '../../../local/emulators/iceberg-tables.ts';

/** The lake in memory: its objects, and the metadata of its tables. */
export class MemoryLake {
  readonly objects = new Map<string, Uint8Array>();
  readonly tables = new Map<string, Metadata>();

  constructor() {
    for (const dataset of DATASETS) {
      const name = `${dataset.layer}.${dataset.name}`;
      const table = newTable.parse(newIcebergTable(dataset));
      this.tables.set(name, createdMetadata(table, `s3://lake/${dataset.layer}/${dataset.name}`));
    }
  }

  ports(): { catalog: LakeCatalog; objects: LakeObjects } {
    const found = (name: string) => {
      const table = this.tables.get(name);
      if (!table) throw new Error(`There is no table ${name}.`);
      return table;
    };
    return {
      catalog: {
        load: async (layer, table) => tableMetadata.parse(parseExactly(stringifyExactly(found(`${layer}.${table}`)))),
        commit: async (layer, table, change) => {
          const name = `${layer}.${table}`;
          try {
            this.tables.set(name, committed(found(name), tableCommit.parse(parseExactly(stringifyExactly(change)))));
            return true;
          } catch (error) {
            if (error instanceof CatalogError && error.status === 409) return false;
            throw error;
          }
        },
      },
      objects: {
        put: async (uri, body) => void this.objects.set(uri, Uint8Array.from(body)),
        get: async (uri) => {
          const object = this.objects.get(uri);
          if (!object)
            throw new Error(
              `Expected the object ${uri} of the lake, found none: it was deleted. See the runbook, lake.`,
            );
          return object;
        },
      },
    };
  }

  /** The current rows of a table, sorted. */
  async rows(name: string): Promise<LakeRow[]> {
    const dataset = DATASETS.find((one) => `${one.layer}.${one.name}` === name);
    if (!dataset) throw new Error(`There is no dataset ${name}.`);
    const table = await LakeTable.load(this.ports(), dataset);
    return table.rows(await table.files());
  }

  /** All rows of all tables, in one order. */
  async content(): Promise<Record<string, string[]>> {
    const names = [...this.tables.keys()].sort();
    const all = await Promise.all(names.map(async (name) => [name, await this.rows(name)] as const));
    return Object.fromEntries(all.map(([name, rows]) => [name, rows.map((row) => JSON.stringify(row)).sort()]));
  }

  copy(): MemoryLake {
    const copy = new MemoryLake();
    for (const [uri, body] of this.objects) copy.objects.set(uri, body);
    for (const [name, table] of this.tables) copy.tables.set(name, structuredClone(table));
    return copy;
  }
}
