import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GlobalFonts } from '@napi-rs/canvas';

const FAMILY = 'Inter UI';
/** Inter has no characters from here on: Chinese and Japanese ones, full-width letters. */
const FIRST_EAST_ASIAN = 0x2e80;

export const font = (px: number, weight = 400): string => `${weight} ${px}px "${FAMILY}"`;

/** Files of the fonts. `eastAsian`: folder of the package @fontsource-variable/noto-sans-sc, which has a file for each range of characters. */
export type FontFiles = { inter: string; eastAsian: string };

/**
 * Loads Inter, and other fonts when a text needs them.
 * @returns the font for the name of a ticker, 19 px bold
 * @throws Error if Inter cannot be loaded; without a font, all text would be blank
 */
export function loadFonts({ inter, eastAsian }: FontFiles): (ticker: string) => string {
  register(inter, FAMILY);
  let ranges: FileRange[] | undefined;
  const loaded = new Set<string>();
  return (ticker) => {
    const others = [...ticker].map((character) => character.codePointAt(0) ?? 0).filter((c) => c >= FIRST_EAST_ASIAN);
    if (others.length > 0) ranges ??= rangesIn(eastAsian);
    const names = new Set(
      others.flatMap((c) => ranges?.find(({ first, last }) => c >= first && c <= last)?.name ?? []),
    );
    for (const name of names.difference(loaded)) {
      register(join(eastAsian, 'files', `noto-sans-sc-${name}-wght-normal.woff2`), familyOf(name));
      loaded.add(name);
    }
    return [font(19, 700), ...[...names].map((name) => `"${familyOf(name)}"`)].join(', ');
  };
}

type FileRange = { name: string; first: number; last: number };

/** `{"[4]": "U+1f1e9-1f1f5,U+1f1f7"}`: the characters in each file. */
function rangesIn(folder: string): FileRange[] {
  const files: Record<string, string> = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8'));
  return Object.entries(files).flatMap(([name, ranges]) =>
    ranges.split(',').map((range) => {
      const [first = '', last = first] = range.trim().slice(2).split('-');
      return { name: name.replace(/[[\]]/g, ''), first: Number.parseInt(first, 16), last: Number.parseInt(last, 16) };
    }),
  );
}

const familyOf = (name: string): string => `Noto Sans ${name}`;

function register(file: string, family: string): void {
  if (!GlobalFonts.registerFromPath(file, family))
    throw new Error(`Expected a font for the charts at ${file}, found none that loads.`);
}
