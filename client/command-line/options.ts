import { parseArgs } from 'node:util';
import { isRealDate } from '../../lambdas/contracts/delivery-id.ts';
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

export const listOf = (text: string | undefined): string[] | undefined =>
  text
    ?.split(',')
    .map((one) => one.trim())
    .filter(Boolean);

export function dateOf(name: string, text: string | undefined): string | undefined {
  if (text === undefined || isRealDate(text)) return text;
  throw new LakeFault(`Expected --${name} as a date like 2020-01-10, found ${text}.`);
}

export function numberOf(name: string, text: string | undefined, { isWhole = true } = {}): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && (!isWhole || Number.isInteger(value))) return value;
  throw new LakeFault(`Expected --${name} as a ${isWhole ? 'whole number' : 'number'} of at least 0, found ${text}.`);
}

/** Where the lake is: a folder or Glue, or the local stack. */
export function addressOf({ lake, state }: Options): LakeAddress {
  if (lake !== undefined && state !== undefined) throw new LakeFault('Expected --lake or --state, found both.');
  if (lake === undefined) return { state: state ?? '.local' };
  return lake.startsWith('glue://') ? { glue: lake } : { folder: lake };
}
