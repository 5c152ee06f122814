import { hash } from 'node:crypto';
import { BatchGetItemCommand, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { firstCharacters } from '../contracts/visible.ts';
import { BadFile, quote } from '../domain/vendor-file/bad-file.ts';
import { concurrently } from '../runtime/concurrently.ts';
import { isConditionMet } from './conditional.ts';

/** Number of items that share the names. Even 100,000 new names of 128 bytes each, from one file, fit. */
const SHARDS = 128;
/** The items of the tickers that were ever declared, and of the renames. No ticker contains a line break. */
const [DECLARED, RENAMES, COMPANIES, BETWEEN_NAMES] = ['declared', 'renames', 'companies-', '\n'];
/** A shard with this many names is full: together with the names of one more file it stays below 400 KB, the limit of an item. */
const MAX_NAMES = 2_000;
/** The same for names of companies, which are longer: with those of one more file, of 60 characters each, a shard stays below 400 KB. */
const MAX_COMPANIES = 500;
const MAX_COMPANY_CHARS = 60;
const UPDATES_AT_ONCE = 8;
/** Limit of BatchGetItem. */
const BATCH_KEYS = 100;

/** A ticker and the name of its company. */
export type CompanyName = readonly [ticker: string, company: string];

/** The old and the new name of a ticker. */
export type RenamedTicker = readonly [from: string, to: string];

export type TickersTable = ReturnType<typeof tickersTable>;

/** Every ticker that was ever delivered, in a few items with a set of names each, so that all are read at once. */
export function tickersTable(client: DynamoDBClient, table: string, maxNames = MAX_NAMES) {
  /** @returns false if the shard is full and lacks one of the names */
  const addTo = async (shard: string, names: string[], max = maxNames): Promise<boolean> => {
    const Key = { shard: { S: shard } };
    const update = new UpdateItemCommand({
      TableName: table,
      Key,
      UpdateExpression: 'ADD tickers :names',
      ConditionExpression: 'attribute_not_exists(tickers) OR size(tickers) < :max',
      ExpressionAttributeValues: { ':names': { SS: [...new Set(names)] }, ':max': { N: String(max) } },
    });
    if (await isConditionMet(client.send(update))) return true;
    // A full shard may already have all of the names.
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    const known = new Set(Item?.['tickers']?.SS);
    return names.every((name) => known.has(name));
  };

  /** The names in all shards of a kind. */
  const namesInAll = async (prefix: string): Promise<string[]> => {
    const Keys = Array.from({ length: SHARDS }, (_, i) => ({ shard: { S: `${prefix}${i}` } }));
    const found: string[] = [];
    for (let left = Keys; left.length > 0; ) {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left.slice(0, BATCH_KEYS) } } }),
      );
      for (const item of Responses?.[table] ?? []) for (const name of item['tickers']?.SS ?? []) found.push(name);
      left = [...left.slice(BATCH_KEYS), ...((UnprocessedKeys?.[table]?.Keys ?? []) as typeof Keys)];
    }
    return found;
  };

  const namesIn = async (shard: string): Promise<string[]> => {
    const get = new GetItemCommand({ TableName: table, Key: { shard: { S: shard } }, ConsistentRead: true });
    return (await client.send(get)).Item?.['tickers']?.SS ?? [];
  };

  return {
    /**
     * Adds tickers. May be repeated and run concurrently.
     * @throws BadFile if a shard is full, long before DynamoDB would reject every later delivery
     */
    async add(tickers: readonly string[]): Promise<void> {
      const shards = Map.groupBy(tickers, shardOf);
      await concurrently(shards, UPDATES_AT_ONCE, async ([shard, names]) => {
        if (await addTo(shard, names)) return;
        throw new BadFile({
          expected: `at most about ${SHARDS * maxNames} different tickers in all deliveries`,
          found: `more, like ${quote(names[0] ?? '')}; see the runbook, ingest`,
        });
      });
    },

    /** Adds names of companies, for the search: earlier names stay. Names without room are left out. */
    async addCompanies(companies: readonly CompanyName[]): Promise<void> {
      const shards = Map.groupBy(companies, ([ticker]) => `${COMPANIES}${shardOf(ticker)}`);
      await concurrently(shards, UPDATES_AT_ONCE, async ([shard, pairs]) => {
        await addTo(
          shard,
          pairs.map(([ticker, company]) => `${ticker}${BETWEEN_NAMES}${firstCharacters(company, MAX_COMPANY_CHARS)}`),
          MAX_COMPANIES,
        );
      });
    },

    /** Names of companies; of a company that changed its name, all of them. */
    async companies(): Promise<CompanyName[]> {
      return (await namesInAll(COMPANIES)).sort().map((pair) => pair.split(BETWEEN_NAMES) as [string, string]);
    },

    /**
     * Notes tickers of declarations, and the names of renamed ones. They stay, since a declaration may come back.
     * @throws BadFile if there are too many
     */
    async addDeclared(tickers: readonly string[], renames: readonly RenamedTicker[]): Promise<void> {
      const noted = [
        [DECLARED, tickers],
        [RENAMES, renames.map((names) => names.join(BETWEEN_NAMES))],
      ] as const;
      for (const [shard, texts] of noted) {
        if (texts.length === 0 || (await addTo(shard, [...texts]))) continue;
        throw new BadFile({
          expected: `declarations of at most about ${maxNames} different tickers`,
          found: `more, like ${quote(texts[0] ?? '')}; see the runbook, declarations`,
        });
      }
    },

    /** Tickers that were ever declared. The others have one name and no declared split. */
    async declared(): Promise<string[]> {
      return namesIn(DECLARED);
    },

    /** Pairs of names that a rename ever connected. It may have been taken back. */
    async renames(): Promise<RenamedTicker[]> {
      return (await namesIn(RENAMES)).map((pair) => pair.split(BETWEEN_NAMES) as [string, string]);
    },

    /** All tickers, sorted. */
    async all(): Promise<string[]> {
      // After a change of SHARDS a name may be in two shards.
      return [...new Set(await namesInAll(''))].sort();
    },
  };
}

const shardOf = (ticker: string): string => String(Number.parseInt(hash('sha256', ticker).slice(0, 8), 16) % SHARDS);
