import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { deflateRawSync } from 'node:zlib';
import avro from 'avsc';

/** Whole numbers of 64 bits: a number where a double holds it, otherwise a bigint. */
const long = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => {
    const value = bytes.readBigInt64LE();
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  },
  toBuffer: (value: bigint | number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint' || Number.isSafeInteger(value),
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

const isLong = (schema: unknown): boolean =>
  schema === 'long' || (typeof schema === 'object' && schema !== null && Reflect.get(schema, 'type') === 'long');

// Some engines write "long", others {"type": "long"}.
const typeOf = (schema: avro.Schema): avro.Type =>
  avro.Type.forSchema(schema, { typeHook: (inner) => (isLong(inner) ? long : undefined), wrapUnions: false });

const header = avro.Type.forSchema({
  type: 'record',
  name: 'Header',
  fields: [
    { name: 'magic', type: { type: 'fixed', name: 'Magic', size: 4 } },
    { name: 'meta', type: { type: 'map', values: 'bytes' } },
    { name: 'sync', type: { type: 'fixed', name: 'Sync', size: 16 } },
  ],
});
const block = avro.Type.forSchema({
  type: 'record',
  name: 'Block',
  fields: [
    { name: 'count', type: 'long' },
    { name: 'data', type: 'bytes' },
  ],
});
const MAGIC = Buffer.from('Obj\x01');

/**
 * An Avro file of one block. The library's own encoder loses attributes of a schema that it does not know, and Iceberg's field ids are
 * such attributes.
 */
export function encodeAvro(schema: object, records: readonly unknown[], metadata: Record<string, string>): Buffer {
  const type = typeOf(schema as avro.Schema);
  const sync = randomBytes(16);
  const meta = { ...metadata, 'avro.schema': JSON.stringify(schema), 'avro.codec': 'deflate' };
  const bytes = Object.fromEntries(Object.entries(meta).map(([key, text]) => [key, Buffer.from(text)]));
  const data = deflateRawSync(Buffer.concat(records.map((record) => type.toBuffer(record))));
  return Buffer.concat([
    header.toBuffer({ magic: MAGIC, meta: bytes, sync }),
    block.toBuffer({ count: records.length, data }),
    sync,
  ]);
}

/** The records of an Avro file. */
export async function decodeAvro(bytes: Uint8Array): Promise<unknown[]> {
  const decoder = new avro.streams.BlockDecoder({ parseHook: typeOf });
  const records: unknown[] = [];
  for await (const record of Readable.from([Buffer.from(bytes)]).pipe(decoder)) records.push(plain(record));
  return records;
}

/** The library's records are objects of classes that it makes itself. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
