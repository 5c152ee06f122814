import { DECIMAL_MARKS, type DecimalMark, type Delimiter } from '../../contracts/profile.ts';
import { BadFile, quote } from './bad-file.ts';
import { vendorDecimal } from './decimal.ts';
import { settle } from './settle.ts';

/** A number in the sample. `isQuoted`: it stands in quotes. */
export type SampledNumber = { text: string; isQuoted: boolean };

/** What a sample shows about the numbers of a column group. `undefined`: no number has a mark, and fields are not separated by commas. `unsettled`: both readings are left. */
export type SettledMark = DecimalMark | undefined | { unsettled: string };

/**
 * The decimal mark that the numbers of one column group prove.
 * @param rows the numbers of each row
 * @param hasSuffix true for volumes, which may end with K, M, B or T
 */
export function settleMark(
  rows: readonly (readonly SampledNumber[])[],
  delimiter: Delimiter,
  hasSuffix: boolean,
): SettledMark {
  const isPointDecimal = ({ text, isQuoted }: SampledNumber) =>
    delimiter === ',' && !isQuoted && text.includes('.') && vendorDecimal(text, '.', hasSuffix) !== undefined;
  const evidence = (number: SampledNumber, usesDelimiter: boolean): ReadonlySet<DecimalMark> | undefined => {
    const values = DECIMAL_MARKS.map((mark) => vendorDecimal(number.text, mark, hasSuffix));
    if (values[0] === values[1]) return undefined;
    if (usesDelimiter && isPointDecimal(number)) return new Set<DecimalMark>(['.']);
    return new Set(DECIMAL_MARKS.filter((_, i) => values[i] !== undefined));
  };
  const settledBy = (usesDelimiter: boolean) => {
    const sets = rows.flatMap((numbers) => {
      const found = numbers.flatMap((number) => evidence(number, usesDelimiter) ?? []);
      return found.length === 0 ? [] : [found.reduce((all, one) => all.intersection(one))];
    });
    return { sets, mark: settle<DecimalMark>(sets, DECIMAL_MARKS) };
  };
  // In a file with commas between its fields, an unquoted point is decimal unless something contradicts it.
  const { sets, mark } = settledBy(true);
  if (sets.length === 0) return delimiter === ',' ? '.' : undefined;
  const isContradicted = sets.some((set) => !set.has('.'));
  const settled = isContradicted ? settledBy(false).mark : mark;
  if (settled) return settled;
  const isUnsure = (text: string) => DECIMAL_MARKS.every((one) => vendorDecimal(text, one, hasSuffix) !== undefined);
  const texts = rows.flat().map(({ text }) => text);
  const example =
    texts.find((text) => isUnsure(text) && evidence({ text, isQuoted: true }, false)) ??
    texts.find((text) => evidence({ text, isQuoted: true }, false)) ??
    '';
  return { unsettled: example };
}

/** The question about prices whose decimal mark is not certain. */
export function unsettledMark(column: string, example: string): BadFile {
  const readings = DECIMAL_MARKS.map((mark) => vendorDecimal(example, mark) ?? 'no number');
  return new BadFile(
    {
      column,
      expected: 'prices whose decimal mark is certain, such as 1234.50',
      found: `${quote(example)} is ${readings.join(' or ')}`,
      advice: 'Write prices without grouping or with two decimals, or set decimalMark in the profile of the feed.',
    },
    DECIMAL_MARKS.map((decimalMark, i) => ({
      answer: `${quote(example)} is ${readings[i]}: the decimal mark is ${decimalMark === '.' ? 'a point' : 'a comma'}`,
      profile: { decimalMark },
    })),
  );
}
