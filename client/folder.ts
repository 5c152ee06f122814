import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TableMetadata, tableMetadata } from '../lambdas/adapters/iceberg/metadata.ts';
import { parseExactly, stringifyExactly } from '../lambdas/contracts/exact-json.ts';

/** Files of a lake in a folder: immutable files by their place in the bucket, and what was last known of each table. */
export class LakeFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Where the file of a URI (`s3://bucket/key`) is, or would be. */
  fileOf = (uri: string): string => join(this.path, 'files', uri.replace(/^s3[an]?:\/\/[^/]+\//, ''));

  has = (uri: string): boolean => existsSync(this.fileOf(uri));

  read = (uri: string): Uint8Array => readFileSync(this.fileOf(uri));

  sizeOf = (uri: string): number => statSync(this.fileOf(uri)).size;

  /** Writes a file completely or not at all: a download may be cut off. */
  write(uri: string, bytes: Uint8Array): void {
    writeWhole(this.fileOf(uri), bytes);
  }

  #catalogFile = (table: string): string => join(this.path, 'catalog', `${table}.json`);

  /** What was last known of a table; undefined if it never was. */
  table(table: string): TableMetadata | undefined {
    const file = this.#catalogFile(table);
    return existsSync(file) ? tableMetadata.parse(parseExactly(readFileSync(file, 'utf8'))) : undefined;
  }

  keepTable(table: string, metadata: TableMetadata): void {
    writeWhole(this.#catalogFile(table), stringifyExactly(metadata));
  }
}

function writeWhole(file: string, content: Uint8Array | string): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}
