import { DELIMITERS, type Delimiter, type Profile } from '../../contracts/profile.ts';
import { BadFile } from './bad-file.ts';
import { countRequiredColumns, type Header, headerOf } from './header.ts';
import { splitLines } from './split-lines.ts';

const EXCEL_HINT = /^("?)sep=(?<delimiter>.)\1\s*$/i;

/** The first line that is not blank, split by the delimiter under which it names the most columns. */
export function findHeader(sample: string, profile: Profile): { header: Header; delimiter: Delimiter } {
  const texts = sample.split('\n');
  let at = texts.findIndex((text) => text.trim() !== '');
  if (at === -1) throw new BadFile({ line: 1, expected: 'a header line', found: 'an empty file' });
  // Excel's own hint, which it does not show.
  const hint = DELIMITERS.find((one) => one === EXCEL_HINT.exec(texts[at] ?? '')?.groups?.delimiter);
  if (hint) at++;
  const text = texts[at] ?? '';
  const given = profile.delimiter ?? hint;
  const [best] = (given ? [given] : DELIMITERS)
    .map((delimiter) => ({
      delimiter,
      header: headerOf(splitLines(text, delimiter, 1).lines[0]?.fields ?? [], at + 1),
    }))
    .sort(
      (a, b) =>
        countRequiredColumns(b.header, profile) - countRequiredColumns(a.header, profile) ||
        b.header.width - a.header.width,
    );
  if (!best) throw new Error('Expected at least one delimiter.');
  refuseOddLines(text, best.header, profile);
  return best;
}

/** @throws BadFile for line ends and quotes that make the whole file one field */
function refuseOddLines(text: string, { names, line }: Header, profile: Profile): void {
  if (text.includes('\0'))
    throw new BadFile({ line, expected: 'text in UTF-8', found: 'bytes 0: is it UTF-16 without a byte order mark?' });
  if (/\r(?!$)/.test(text))
    throw new BadFile({ line, expected: 'lines that end in LF or CRLF', found: 'lines that end in CR alone' });
  const isQuotedWhole = DELIMITERS.some((delimiter) => {
    const inner = headerOf(splitLines(names[0] ?? '', delimiter, 1).lines[0]?.fields ?? [], line);
    return names.length === 1 && countRequiredColumns(inner, profile) === 3;
  });
  if (isQuotedWhole)
    throw new BadFile({ line, expected: 'quotes around single fields', found: 'lines in quotes as a whole' });
}
