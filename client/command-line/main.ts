import { readFileSync } from 'node:fs';
import { calendarOverrides } from '../../lambdas/contracts/calendar-overrides.ts';
import { LakeFault } from '../fault.ts';
import { Lake } from '../lake.ts';
import { type Written, writeFile } from '../outputs/file.ts';
import { writeMongo } from '../outputs/mongo.ts';
import { writePostgres } from '../outputs/postgres.ts';
import { targetOf } from '../outputs/target.ts';
import { prices } from '../prices.ts';
import { pull } from '../pull.ts';
import { quality } from '../quality.ts';
import { queryDataset, sql } from '../query.ts';
import { allRows, type Rows } from '../rows.ts';
import { summary } from '../summary.ts';
import { addressOf, checkOptions, dateOf, listOf, moodIn, numberOf, type Options, readOptions } from './options.ts';
import { fileFormat, printProvenance, printRows, printWritten, progress, sizeText } from './output.ts';
import { qualityText } from './quality-text.ts';
import { USAGE } from './usage.ts';

type Command = (lake: Lake, argument: string | undefined, options: Options) => Promise<number | undefined>;

/** Each returns its exit status if that is not 0. */
const COMMANDS: Record<string, Command> = {
  async query(lake, name, options) {
    await printRows(await rowsOf(lake, needed(name, 'a dataset, like prices'), options, options.to), options);
    return undefined;
  },
  async sql(lake, text, options) {
    await printRows(await sql(lake, needed(text, "a query, like 'select count(*) from prices'")), options);
    return undefined;
  },
  async export(lake, name, options) {
    const to = needed(options.to, 'a target: --to FILE, postgres://… or mongodb://…');
    const dataset = needed(name, 'a dataset, like prices');
    const rows = await rowsOf(lake, dataset, options, options.until);
    printWritten(await exported(rows, dataset, to, options));
    printProvenance(rows);
    return undefined;
  },
  async summary(lake, _argument, options) {
    const rows = await summary(lake);
    if (options.format === 'json') {
      const names = rows.columns.map(({ name }) => name);
      const objects = (await allRows(rows)).map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
      process.stdout.write(`${JSON.stringify(objects, undefined, 2)}\n`);
    } else await printRows(rows, options);
    return undefined;
  },
  async quality(lake, _argument, options) {
    const least = numberOf('min-completeness', options['min-completeness'], { isWhole: false });
    const most = numberOf('max-behind', options['max-behind']);
    const range = { from: dateOf('from', options.from), to: dateOf('to', options.to) };
    const today = new Date().toISOString().slice(0, 10);
    const found = await quality(lake, { ...range, overrides: overridesIn(options.calendar) }, today);
    process.stdout.write(options.format === 'json' ? `${JSON.stringify(found, undefined, 2)}\n` : qualityText(found));
    const isIncomplete = least !== undefined && found.completeness.share < least;
    const isOld = most !== undefined && (found.freshness.sessionsBehind ?? Number.POSITIVE_INFINITY) > most;
    return isIncomplete || isOld ? 1 : undefined;
  },
};

function rowsOf(lake: Lake, name: string, options: Options, to: string | undefined): Promise<Rows> {
  const { delivery } = options;
  const common = {
    tickers: listOf('tickers', options.tickers),
    from: dateOf('from', options.from),
    to: dateOf('to', to),
    limit: numberOf('limit', options.limit),
  };
  if (name !== 'prices') return queryDataset(lake, name, { ...common, delivery, ...recordFilters(options) });
  const scale = options.adjusted ? 'adjusted' : options.raw ? 'raw' : 'both';
  return prices(lake, {
    ...common,
    asOf: options['as-of'],
    indicators: listOf('indicators', options.indicators),
    scale,
  });
}

const recordFilters = ({ sentiment, series, types }: Options) => ({
  sentiment: moodIn(sentiment),
  series: listOf('series', series),
  types: listOf('types', types),
});

function exported(rows: Rows, name: string, to: string, { format }: Options): Promise<Written> {
  const dataset = name === 'prices' ? undefined : Lake.dataset(name);
  if (/^postgres(ql)?:\/\//.test(to)) return writePostgres(rows, targetOf(name, rows, dataset), to, progress());
  if (/^mongodb(\+srv)?:\/\//.test(to)) return writeMongo(rows, targetOf(name, rows, dataset), to, progress());
  return writeFile(rows, to, fileFormat(to, format), progress());
}

function overridesIn(file: string | undefined) {
  if (file === undefined) return undefined;
  const expected = `Expected a calendar like {"NYSE": {"2026-10-29": "holiday"}} in ${file}`;
  try {
    return calendarOverrides.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new LakeFault(`${expected}: ${error instanceof Error ? error.message : error}`);
  }
}

function needed(value: string | undefined, what: string): string {
  if (value) return value;
  throw new LakeFault(`Expected ${what}.\n${USAGE}`);
}

/** Runs a command. @returns its exit status */
export async function main(args: readonly string[]): Promise<number> {
  const { values: options, positionals } = readOptions(args);
  const [name = '', given, ...more] = positionals;
  // SQL has the view under both names.
  const argument = given === 'silver.prices' ? 'prices' : given;
  if (options.help || name === '') {
    process.stdout.write(`${USAGE}\n`);
    return options.help ? 0 : 1;
  }
  if (more.length > 0) throw new LakeFault(`Expected one argument after ${name}, found also ${more.join(' ')}.`);
  checkOptions(name, argument, options);
  const address = addressOf(options);
  if (name === 'pull') {
    const pulled = await pull(address, needed(argument, 'a folder'), progress('files'));
    process.stderr.write(
      `${pulled.folder}: ${pulled.tables} tables, ${pulled.files} new files (${sizeText(pulled.bytes)}), ${pulled.kept} were there, ${pulled.removed} old ones removed\n`,
    );
    return 0;
  }
  const command = COMMANDS[name];
  if (!command) throw new LakeFault(`Expected one of ${[...Object.keys(COMMANDS), 'pull'].join(', ')}, found ${name}.`);
  const lake = new Lake(address, options.snapshot === undefined ? {} : { snapshot: options.snapshot });
  try {
    return (await command(lake, argument, options)) ?? 0;
  } finally {
    await lake.close();
  }
}
