import { mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { parseExactly, stringifyExactly } from '../../lambdas/contracts/exact-json.ts';
import { clientFor } from '../engine/client-options.ts';
import { ACCOUNT, REGION } from '../engine/intrinsics.ts';
import { addressOf, type Listening, listen } from '../engine/listening.ts';
import {
  CatalogError,
  type CatalogTable,
  catalogTable,
  committed,
  createdMetadata,
  type Metadata,
  newTable,
  tableCommit,
  withoutExpired,
} from './iceberg-tables.ts';
import { readStateFile } from './state-file.ts';
import { writeWhole } from './write-whole.ts';

/** Namespaces and tables are below this path, as in Glue. */
const PREFIX = `catalogs/${ACCOUNT}`;
const transaction = z.object({
  'table-changes': z.array(
    z.intersection(
      z.object({ identifier: z.object({ namespace: z.array(z.string()), name: z.string() }) }),
      tableCommit,
    ),
  ),
});

/**
 * Starts a catalog of the Iceberg REST protocol on 127.0.0.1, below `/iceberg`: what Glue's endpoint is on AWS.
 * @param folder keeps the tables' metadata
 * @param s3 where the files of the tables are
 */
export async function startIcebergCatalog(port: number, folder: string, s3: string): Promise<Listening> {
  const catalog = new Catalog(folder, s3);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = addressOf(request)?.pathname ?? '';
      const isHead = request.method === 'HEAD';
      const body = Buffer.concat(chunks).toString();
      catalog.answer(isHead ? 'GET' : (request.method ?? ''), path, body).then(
        (answer) => {
          response.writeHead(answer === undefined || isHead ? 204 : 200, { 'content-type': 'application/json' });
          response.end(answer === undefined || isHead ? undefined : stringifyExactly(answer));
        },
        (error: unknown) => {
          const { status, type, message } = asCatalogError(error);
          response.writeHead(status, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ error: { message, type, code: status } }));
        },
      );
    });
  });
  return listen(server, port);
}

function asCatalogError(error: unknown): CatalogError {
  if (error instanceof CatalogError) return error;
  const isBad = error instanceof z.ZodError || error instanceof SyntaxError;
  return new CatalogError(isBad ? 400 : 500, isBad ? 'BadRequestException' : 'InternalServerError', String(error));
}

class Catalog {
  readonly #folder: string;
  readonly #s3: string;
  readonly #client: S3Client;
  readonly #tables = new Map<string, CatalogTable>();
  readonly #namespaces = new Set<string>();
  /** Changes are made one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string, s3: string) {
    this.#folder = folder;
    this.#s3 = s3;
    this.#client = new S3Client(clientFor(s3));
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      const parse = (text: string) => catalogTable.parse(parseExactly(text));
      const table = readStateFile<CatalogTable | undefined>(join(folder, file), parse, undefined);
      const name = file.replace(/\.json$/, '');
      if (table) this.#tables.set(name, table);
      this.#namespaces.add(name.split('.')[0] ?? '');
    }
  }

  /** The body of an answer; undefined for none. @throws CatalogError */
  async answer(method: string, path: string, body: string): Promise<unknown> {
    if (path === '/iceberg/v1/config') return this.#config();
    const [, rest] = new RegExp(`^/iceberg/v1/(?:${PREFIX}/)?(.+?)/?$`).exec(path) ?? [];
    const parts = (rest ?? '').split('/').map(decodeURIComponent);
    const sent = body === '' ? {} : parseExactly(body);
    if (method === 'GET') return this.#read(parts);
    if (method !== 'POST') throw notSupported(method, path);
    const change = this.#turn.then(() => this.#change(parts, sent, `${method} ${path}`));
    this.#turn = change.catch(() => undefined);
    return change;
  }

  #config = (): object => ({ defaults: this.#access(), overrides: { prefix: PREFIX } });

  /** How clients read the files. */
  #access = (): object => ({
    's3.endpoint': this.#s3,
    's3.access-key-id': 'local',
    's3.secret-access-key': 'local',
    's3.region': REGION,
    's3.path-style-access': 'true',
  });

  #read([kind, namespace = '', tables, name]: string[]): object {
    if (kind !== 'namespaces') throw new CatalogError(404, 'NotFoundException', 'There is no such path.');
    if (namespace === '') return { namespaces: [...this.#namespaces].sort().map((one) => [one]) };
    if (!this.#namespaces.has(namespace))
      throw new CatalogError(404, 'NoSuchNamespaceException', `There is no namespace ${namespace}.`);
    if (tables === undefined) return { namespace: [namespace], properties: {} };
    if (tables !== 'tables') return { identifiers: [] };
    if (name !== undefined) return this.#loaded(this.#found(namespace, name));
    const own = [...this.#tables.keys()].filter((key) => key.startsWith(`${namespace}.`)).sort();
    return { identifiers: own.map((key) => ({ namespace: [namespace], name: key.slice(namespace.length + 1) })) };
  }

  async #change([kind, namespace = '', tables, name]: string[], sent: unknown, what: string): Promise<unknown> {
    if (kind === 'transactions') {
      for (const change of transaction.parse(sent)['table-changes'])
        await this.#commit(change.identifier.namespace[0] ?? '', change.identifier.name, change);
      return undefined;
    }
    if (kind !== 'namespaces') throw notSupported(what);
    if (namespace === '') {
      const [made = ''] = z.object({ namespace: z.array(z.string()) }).parse(sent).namespace;
      this.#namespaces.add(made);
      return { namespace: [made], properties: {} };
    }
    if (tables !== 'tables') throw notSupported(what);
    return name === undefined ? this.#create(namespace, sent) : this.#commit(namespace, name, tableCommit.parse(sent));
  }

  async #create(namespace: string, sent: unknown): Promise<object> {
    const table = newTable.parse(sent);
    const key = `${namespace}.${table.name}`;
    if (this.#tables.has(key)) throw new CatalogError(409, 'AlreadyExistsException', `${key} exists already.`);
    if (!table.location) throw new CatalogError(400, 'BadRequestException', 'Expected the location of the table.');
    const metadata = createdMetadata(table, table.location);
    if (table['stage-create']) return { metadata, config: this.#access() };
    return this.#loaded(await this.#write(key, metadata, 0));
  }

  async #commit(namespace: string, name: string, change: z.infer<typeof tableCommit>): Promise<object> {
    const { metadata: before, at, version } = this.#found(namespace, name);
    const after = withoutExpired(committed(before, change), Date.now());
    after['metadata-log'].push({ 'metadata-file': at, 'timestamp-ms': before['last-updated-ms'] });
    return this.#loaded(await this.#write(`${namespace}.${name}`, after, version + 1));
  }

  #found(namespace: string, name: string): CatalogTable {
    const table = this.#tables.get(`${namespace}.${name}`);
    if (!table) throw new CatalogError(404, 'NoSuchTableException', `There is no table ${namespace}.${name}.`);
    return table;
  }

  async #write(key: string, metadata: Metadata, version: number): Promise<CatalogTable> {
    const at = `${metadata.location}/metadata/${String(version).padStart(5, '0')}.metadata.json`;
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(at) ?? [];
    await this.#client.send(new PutObjectCommand({ Bucket, Key, Body: stringifyExactly(metadata) }));
    const table = { metadata, at, version };
    writeWhole(join(this.#folder, `${key}.json`), stringifyExactly(table));
    this.#tables.set(key, table);
    return table;
  }

  #loaded = ({ metadata, at }: CatalogTable): object => ({
    'metadata-location': at,
    metadata,
    config: this.#access(),
  });
}

const notSupported = (...what: string[]): CatalogError =>
  new CatalogError(501, 'UnsupportedOperationException', `The local catalog does not support ${what.join(' ')}.`);
