import type { DecimalMark } from '../../contracts/profile.ts';
import { vendorDecimal } from './decimal.ts';

/** Significant digits of a quotient like 1/137: more do not fit behind the point. */
const DIGITS = 15;
const RATIO = /^(\d{1,5})\s?[:/]\s?(\d{1,5})$/;

/**
 * New shares per old, as an exact decimal; empty if there was no split (0 or 1), undefined if the text cannot be read.
 * @param asText true to read `4:1`
 */
export function splitRatioIn(text: string, mark: DecimalMark | undefined, asText: boolean): string | undefined {
  const [, after, before] = (asText && RATIO.exec(text)) || [];
  if (after !== undefined && Number(before) === 0) return undefined;
  const ratio =
    after === undefined
      ? vendorDecimal(text, mark)
      : vendorDecimal(String(Number((Number(after) / Number(before)).toPrecision(DIGITS))), '.');
  return ratio === '0' || ratio === '1' ? '' : ratio;
}
