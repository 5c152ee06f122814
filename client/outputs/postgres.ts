import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { LakeFault } from '../fault.ts';
import type { Cell, CellType, Rows } from '../rows.ts';
import type { Written } from './file.ts';
import type { Target } from './target.ts';

const TYPES: Record<CellType, string> = {
  string: 'text',
  int: 'bigint',
  double: 'double precision',
  decimal: 'numeric(36, 18)',
  date: 'date',
  timestamptz: 'timestamptz',
  boolean: 'boolean',
};

/** PostgreSQL's code for a column that a table does not have. */
const UNDEFINED_COLUMN = '42703';

const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Writes rows to PostgreSQL in one transaction: COPY into a temporary table, then INSERT … ON CONFLICT. The table is made if there is
 * none. Rows that are the same are not touched, so that a second export changes nothing.
 * @param url like `postgres://user@host/database`
 * @throws LakeFault if the server does not answer, or has a table of another form
 */
export async function writePostgres(
  { batches }: Rows,
  { table, columns, key }: Target,
  url: string,
  onRows: (count: number) => void,
): Promise<Written> {
  const client = new pg.Client({ connectionString: url });
  // A lost connection is reported by the call that needs it.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new LakeFault(`PostgreSQL at ${new URL(url).host} does not answer: ${messageOf(error)}`);
  }
  let rows = 0;
  let bytes = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const batch of batches) {
      const text = batch.map((row) => `${row.map(copyCell).join('\t')}\n`).join('');
      rows += batch.length;
      bytes += Buffer.byteLength(text);
      yield text;
      onRows(rows);
    }
  }
  const name = quotedName(table);
  const described = columns.map(
    (column) => `${quotedName(column.name)} ${TYPES[column.type]}${key.includes(column.name) ? ' not null' : ''}`,
  );
  const others = columns.map((column) => column.name).filter((column) => !key.includes(column));
  const changed = others.map(
    (column) => `${name}.${quotedName(column)} is distinct from excluded.${quotedName(column)}`,
  );
  const list = columns.map((column) => quotedName(column.name)).join(', ');
  try {
    await client.query('begin');
    await client.query(
      `create table if not exists ${name} (${described.join(', ')}, primary key (${key.map(quotedName).join(', ')}))`,
    );
    await client.query(`create temporary table incoming (${described.join(', ')}) on commit drop`);
    await pipeline(Readable.from(lines()), client.query(copyFrom(`copy incoming (${list}) from stdin`)));
    await client.query(
      `insert into ${name} (${list}) select ${list} from incoming
       on conflict (${key.map(quotedName).join(', ')}) do update
       set ${others.map((column) => `${quotedName(column)} = excluded.${quotedName(column)}`).join(', ')}
       where ${changed.join(' or ')}`,
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    if (error instanceof pg.DatabaseError && error.code === UNDEFINED_COLUMN)
      throw new LakeFault(
        `The table ${table} has other columns (${error.message}). It was made by an export with other options: drop it, or export to another database.`,
      );
    if (error instanceof pg.DatabaseError)
      throw new LakeFault(`PostgreSQL refused the export, and nothing of it was kept: ${error.message}`);
    throw error;
  } finally {
    await client.end();
  }
  return { where: `table ${table} of ${new URL(url).host}${new URL(url).pathname}`, rows, bytes };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A cell in the text format of COPY. PostgreSQL's text has no NUL. */
function copyCell(cell: Cell): string {
  if (cell === null) return '\\N';
  return String(cell)
    .replaceAll('\0', '�')
    .replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
