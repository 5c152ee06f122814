import { Decimal128, type Document, MongoClient, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { LakeFault } from '../fault.ts';
import type { Cell, CellType, Rows } from '../rows.ts';
import type { Written } from './file.ts';
import type { Target } from './target.ts';

const ANSWER_MS = 10_000;
/** Operations of one request. */
const BATCH = 1_000;

/**
 * Writes rows to MongoDB by bulk upserts: the key of a row is its `_id`, so that a second export changes nothing, and one that was cut
 * off can be repeated. Decimals become Decimal128, dates become dates.
 * @param url like `mongodb://host/database`
 * @throws LakeFault if the server does not answer
 */
export async function writeMongo(
  { batches }: Rows,
  { table, columns, key }: Target,
  url: string,
  onRows: (count: number) => void,
  answerMs = ANSWER_MS,
): Promise<Written> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: answerMs });
  const host = client.options.hosts.join();
  const database = /^[^/]+\/\/[^/]+\/([^?]+)/.exec(url)?.[1] ?? 'closing_bell';
  let rows = 0;
  let bytes = 0;
  try {
    const collection = client.db(database).collection<Document>(table);
    for await (const batch of batches) {
      for (let at = 0; at < batch.length; at += BATCH) {
        const documents = batch.slice(at, at + BATCH).map((row) => documentOf(row, columns));
        await collection.bulkWrite(
          documents.map((document) => {
            const _id = key.map((name) => idPart(document[name])).join('|') as unknown as Document['_id'];
            return { updateOne: { filter: { _id }, update: { $set: document }, upsert: true } };
          }),
          { ordered: false },
        );
        rows += documents.length;
        bytes += Buffer.byteLength(JSON.stringify(documents));
        onRows(rows);
      }
    }
  } catch (error) {
    if (error instanceof MongoServerError)
      throw new LakeFault(`MongoDB at ${host} refused the export; it can be repeated: ${error.message}`);
    if (error instanceof MongoServerSelectionError)
      throw new LakeFault(`MongoDB at ${host} does not answer: ${error.message}`);
    throw error;
  } finally {
    await client.close();
  }
  return { where: `collection ${table} of ${host}/${database}`, rows, bytes };
}

const documentOf = (row: readonly Cell[], columns: Target['columns']): Document =>
  Object.fromEntries(columns.map(({ name, type }, i) => [name, mongoValue(row[i] ?? null, type)]));

function mongoValue(cell: Cell, type: CellType): unknown {
  if (cell === null) return null;
  if (type === 'decimal') return decimal128(String(cell));
  if (type === 'double') return Number(cell);
  if (type === 'date' || type === 'timestamptz') return new Date(String(cell));
  return cell;
}

/** A decimal as Decimal128, which has 34 digits; one with more stays text, so that none is lost. */
function decimal128(text: string): Decimal128 | string {
  return text.replace(/\D/g, '').length > 34 ? text : Decimal128.fromString(text);
}

/** Part of an id. The mark between the parts is escaped. */
const idPart = (value: unknown): string =>
  (value instanceof Date ? value.toISOString().slice(0, 10) : String(value)).replace(/[\\|]/g, '\\$&');
