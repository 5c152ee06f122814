import { parseArgs } from 'node:util';
import { isRealDate } from '../../lambdas/contracts/delivery-id.ts';
import { MOODS, type Mood } from '../../lambdas/contracts/mood.ts';
import { LakeFault } from '../fault.ts';
import type { LakeAddress } from '../source.ts';

/** Reads the options of the command line. @throws LakeFault for a bad value, TypeError for an unknown option */
export function readOptions(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      tickers: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      until: { type: 'string' },
      'as-of': { type: 'string' },
      indicators: { type: 'string' },
      adjusted: { type: 'boolean', default: false },
      raw: { type: 'boolean', default: false },
      delivery: { type: 'string' },
      sentiment: { type: 'string' },
      series: { type: 'string' },
      types: { type: 'string' },
      limit: { type: 'string' },
      format: { type: 'string' },
      out: { type: 'string' },
      lake: { type: 'string' },
      state: { type: 'string' },
      snapshot: { type: 'string' },
      calendar: { type: 'string' },
      'min-completeness': { type: 'string' },
      'max-behind': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.adjusted && values.raw) throw new LakeFault('Expected --adjusted or --raw, found both.');
  return { values, positionals };
}

export type Options = ReturnType<typeof readOptions>['values'];

export function listOf(name: string, text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const list = text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  if (list.length === 0) throw new LakeFault(`Expected --${name} as a list like A,B, found nothing in it.`);
  return list;
}

export function moodIn(text: string | undefined): Mood | undefined {
  const mood = MOODS.find((one) => one === text);
  if (text === undefined || mood) return mood;
  throw new LakeFault(`Expected --sentiment as one of ${MOODS.join(', ')}, found ${text}.`);
}

export function dateOf(name: string, text: string | undefined): string | undefined {
  if (text === undefined || isRealDate(text)) return text;
  throw new LakeFault(`Expected --${name} as a date like 2020-01-10, found ${text}.`);
}

export function numberOf(name: string, text: string | undefined, { isWhole = true } = {}): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && (!isWhole || Number.isSafeInteger(value))) return value;
  throw new LakeFault(`Expected --${name} as a ${isWhole ? 'whole number' : 'number'} of at least 0, found ${text}.`);
}

const PLACE = ['lake', 'state', 'snapshot'];
const OUTPUT = ['format', 'out'];
const FILTERS = ['tickers', 'from', 'delivery', 'sentiment', 'series', 'types', 'limit'];
const PRICES = ['tickers', 'from', 'limit', 'as-of', 'indicators', 'adjusted', 'raw'];

/** The options of each command. */
const ALLOWED: Record<string, string[]> = {
  'query prices': [...PLACE, ...OUTPUT, ...PRICES, 'to'],
  query: [...PLACE, ...OUTPUT, ...FILTERS, 'to'],
  'export prices': [...PLACE, ...PRICES, 'format', 'to', 'until'],
  export: [...PLACE, ...FILTERS, 'format', 'to', 'until'],
  sql: [...PLACE, ...OUTPUT],
  summary: [...PLACE, ...OUTPUT],
  quality: [...PLACE, 'format', 'from', 'to', 'calendar', 'min-completeness', 'max-behind'],
  pull: ['lake', 'state'],
};

/** @throws LakeFault for an option that a command does not have: ignored, it would answer another question */
export function checkOptions(command: string, argument: string | undefined, options: Options): void {
  const name = argument === 'prices' ? `${command} prices` : command;
  const allowed = ALLOWED[name] ?? ALLOWED[command];
  const other = Object.entries(options).find(([option, value]) => value && !allowed?.includes(option));
  if (allowed && other) throw new LakeFault(`${name} has no option --${other[0]}. It has --${allowed.join(', --')}.`);
}

/** Where the lake is: a folder or Glue, or the local stack. */
export function addressOf({ lake, state }: Options): LakeAddress {
  if (lake !== undefined && state !== undefined) throw new LakeFault('Expected --lake or --state, found both.');
  if (lake === undefined) return { state: state ?? '.local' };
  return lake.startsWith('glue://') ? { glue: lake } : { folder: lake };
}
