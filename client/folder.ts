import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { type TableMetadata, tableMetadata } from '../lambdas/adapters/iceberg/metadata.ts';
import { parseExactly, stringifyExactly } from '../lambdas/contracts/exact-json.ts';
import { LakeFault } from './fault.ts';

/** Files of a lake in a folder: immutable files by their place in the bucket, and what was last known of each table. */
export class LakeFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Where the file of a URI (`s3://bucket/key`) is, or would be.
   * @throws LakeFault if that is outside of the folder: any engine may have written the URI
   */
  fileOf(uri: string): string {
    const files = resolve(this.path, 'files');
    const file = resolve(files, uri.replace(/^s3[an]?:\/\//, ''));
    if (file.startsWith(files + sep)) return file;
    throw new LakeFault(`The lake names the file ${uri}, which is no place in a bucket. Nothing was read or written.`);
  }

  has = (uri: string): boolean => existsSync(this.fileOf(uri));

  read = (uri: string): Uint8Array => readFileSync(this.fileOf(uri));

  sizeOf = (uri: string): number => statSync(this.fileOf(uri)).size;

  /** Writes a file completely or not at all: a download may be cut off. */
  write(uri: string, bytes: Uint8Array): void {
    writeWhole(this.fileOf(uri), bytes);
  }

  remove = (uri: string): void => rmSync(this.fileOf(uri), { force: true });

  /** Removes all files but these. @returns how many were removed */
  keepOnly(wanted: ReadonlySet<string>): number {
    const files = join(this.path, 'files');
    if (!existsSync(files)) return 0;
    const all = readdirSync(files, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const gone = all.map((entry) => resolve(entry.parentPath, entry.name)).filter((file) => !wanted.has(file));
    for (const file of gone) rmSync(file);
    return gone.length;
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
