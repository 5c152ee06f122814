import type { DeliveryId } from '../../contracts/delivery-id.ts';
import type { DateFormat, DecimalMark, Delimiter, Profile } from '../../contracts/profile.ts';
import { BadFile, quote } from './bad-file.ts';
import { cached } from './cached.ts';
import { CURRENCY } from './column-names.ts';
import { commonShape, mostFrequent, settleDates } from './date-format.ts';
import { separatorIn } from './dates.ts';
import { canonicalDecimal } from './decimal.ts';
import { type SampledNumber, settleMark, unsettledMark } from './decimal-mark.ts';
import { findHeader } from './find-header.ts';
import { ColumnFinder, type Columns, EXTRAS, type Extra, type Header } from './header.ts';
import { contentless } from './row-content.ts';
import { type Line, type Lines, splitLines } from './split-lines.ts';
import { type Surplus, surplusOf } from './surplus.ts';

/** How to read one file: settled once, before its first row is packed. */
export type FileFormat = {
  delimiter: Delimiter;
  columns: Columns;
  dateFormat: DateFormat;
  /** Between day, month and year, if they are numbers with the year last. */
  dateSeparator: string | undefined;
  /** Undefined if no number of the sample has a mark and fields are not separated by commas; `unsettled`: volumes with a mark are dropped. */
  priceMark: DecimalMark | undefined;
  volumeMark: DecimalMark | undefined | 'unsettled';
  /** What to do with an empty field behind the last column, see surplusOf. */
  surplus: Surplus;
  filterColumn: number | undefined;
};

/** Number of sampled rows. */
export const SAMPLE_ROWS = 3_000;
/** More than this share of real splits in a column: it holds something else, such as an adjustment factor. */
const MAX_SPLIT_SHARE = 0.01;
const MIN_SPLITS = 3;

/**
 * Settles the format of a file from its first lines.
 * @param isWhole true if the sample is the whole file
 * @throws BadFile with the question that settles what is ambiguous
 */
export function settleFormat(sample: string, delivery: DeliveryId, profile: Profile, isWhole: boolean): FileFormat {
  const { header, delimiter } = findHeader(sample, profile);
  const finder = new ColumnFinder(header, profile);
  const named = { ticker: finder.required('ticker'), close: finder.required('close') };
  refuseOtherUnit(header.names[named.close] ?? '', header, profile);
  const split = splitLines(sample, delimiter, 1);
  const after = split.lines.filter(({ number }) => number > header.line).slice(0, SAMPLE_ROWS);
  const date = dateColumn(finder, after);
  const lines = after.filter((line) => !contentless(line, header.names, date));
  const columns = findColumns(finder, { ...header, ...named, date }, lines, delivery, profile);
  const texts = (at: number) => lines.map(({ fields }) => (fields[at] ?? '').trim());
  const prices = [columns.close, ...columns.extras.flatMap(([extra, at]) => (isPrice(extra) ? [at] : []))];
  const volume = columns.extras.flatMap(([extra, at]) => (extra === 'volume' ? [at] : []));
  const numbers = (ats: number[]) => lines.map((line) => numbersIn(split, line, ats));
  const nameOf = (at: number) => header.names[at] ?? '';
  const separators = cached((text) => separatorIn(text) ?? '');
  const dateSeparator = mostFrequent(texts(date).map(separators).filter(Boolean));
  const dates = texts(date).filter((text) => ['', dateSeparator].includes(separators(text)));
  const dateFormat = settleDates(dates, profile, { delivery, column: nameOf(date), isWhole });
  const priceMark = profile.decimalMark ?? settleMark(numbers(prices), delimiter, false);
  if (typeof priceMark === 'object') throw unsettledMark(nameOf(columns.close), priceMark.unsettled);
  const volumeMark = profile.decimalMark ?? settleMark(numbers(volume), delimiter, true);
  // In a file with commas an unquoted point is decimal, unless the other group groups with it.
  const isPlain = delimiter === ',' && priceMark === '.' && volumeMark === ',';
  const doubtful = isPlain ? settleMark(numbers(prices), ';', false) : undefined;
  if (typeof doubtful === 'object') throw unsettledMark(nameOf(columns.close), doubtful.unsettled);
  const isVolumeDoubtful = delimiter === ',' && priceMark === ',' && volumeMark === '.';
  return {
    delimiter,
    columns,
    dateFormat,
    dateSeparator,
    priceMark,
    volumeMark: typeof volumeMark === 'object' || isVolumeDoubtful ? 'unsettled' : volumeMark,
    surplus: surplusOf(lines, columns, delimiter),
    filterColumn: filterColumn(header, profile),
  };
}

/** @throws BadFile if the header says that prices are in the currency, and the profile that they are in its hundredth part */
function refuseOtherUnit(close: string, { line }: Header, { unit }: Profile): void {
  if (!unit || !CURRENCY.test(close)) return;
  throw new BadFile({
    line,
    column: close,
    expected: `prices in ${unit}, as the profile of the feed says`,
    found: quote(close),
    advice: 'Which is right? Remove the unit from the profile, or rename the column.',
  });
}

/** The preferred date column: one with dates comes before one with numbers of seconds. */
function dateColumn(finder: ColumnFinder, lines: readonly Line[]): number {
  const first = finder.required('date');
  const hasDates = (at: number) => {
    const shape = commonShape(lines.slice(0, 100).map(({ fields }) => (fields[at] ?? '').trim()));
    return shape !== 'epoch' && shape !== 'none';
  };
  return finder.candidates('date').find(hasDates) ?? first;
}

function findColumns(
  finder: ColumnFinder,
  found: Header & Pick<Columns, 'ticker' | 'close' | 'date'>,
  lines: readonly Line[],
  { kind }: DeliveryId,
  profile: Profile,
): Columns {
  const extras = EXTRAS.flatMap((extra): [Extra, number][] => {
    const at = finder.optional(extra);
    return at === undefined || (extra === 'split' && !hasSplits(lines, at, profile)) ? [] : [[extra, at]];
  });
  const columns = {
    ...found,
    action: actionColumn(finder, found, lines),
    name: finder.optional('name'),
    extras,
  };
  if (kind === 'incremental' && columns.action === undefined && !profile.defaultAction) throw noAction(found);
  return columns;
}

/** False if the column has other numbers than 0 and 1 too often: it is no column of splits, unless the profile names it. */
function hasSplits(lines: readonly Line[], at: number, { columns }: Profile): boolean {
  if (columns?.split !== undefined) return true;
  const splits = lines.filter(({ fields }) => {
    const value = canonicalDecimal((fields[at] ?? '').trim().replace(',', '.'));
    return value !== undefined && value !== '0' && value !== '1';
  });
  return splits.length < MIN_SPLITS || splits.length <= lines.length * MAX_SPLIT_SHARE;
}

/** The column of actions; undefined if it has none: `Op` may also be the open. */
function actionColumn(finder: ColumnFinder, { plain }: Header, lines: readonly Line[]): number | undefined {
  // Two columns of actions may disagree.
  const [at] = finder.candidates('action');
  if (at === undefined || plain[at] !== 'op') return at;
  const texts = lines.map(({ fields }) => (fields[at] ?? '').trim().toUpperCase()).filter(Boolean);
  const isNumber = texts.length > 0 && texts.every((text) => /^[\d.,]+$/.test(text));
  return isNumber ? undefined : at;
}

const noAction = ({ names, line }: Header): BadFile =>
  new BadFile(
    {
      line,
      column: 'action',
      expected: 'a header with the column "action" in an incremental file: I, U or D',
      found: quote(names.join(',')),
      advice: 'Are all of its rows inserts? If so, set defaultAction in the profile of the feed.',
    },
    [{ answer: 'All rows without an action are inserts', profile: { defaultAction: 'I' } }],
  );

const isPrice = (extra: Extra): boolean => extra !== 'volume' && extra !== 'split';

function numbersIn({ textOf }: Lines, line: Line, ats: readonly number[]): SampledNumber[] {
  return ats.flatMap((at) => {
    const text = (line.fields[at] ?? '').trim();
    if (!/[.,]/.test(text)) return [];
    return [{ text, isQuoted: textOf(line).includes(`"${line.fields[at]}"`) }];
  });
}

function filterColumn({ names, line }: Header, { filter }: Profile): number | undefined {
  if (!filter) return undefined;
  const at = names.findIndex((name) => name.toLowerCase() === filter.column.toLowerCase());
  if (at !== -1) return at;
  throw new BadFile({
    line,
    column: filter.column,
    expected: 'this column, which the filter in the profile of the feed names',
    found: quote(names.join(',')),
  });
}
