import type { Theme } from '../../contracts/chart-options.ts';
import { COLOURS } from '../../contracts/colours.ts';

/** Opacity (0 to 1) of the area just below the line. */
const AREA_OPACITY: Record<Theme, number> = { light: 0.22, dark: 0.28 };

const paletteOf = (theme: Theme) => {
  const { card, line, 'volume-key': volumeKey, ...colours } = COLOURS[theme];
  return { ...colours, background: card, grid: line, volumeKey, tagInk: card, areaOpacity: AREA_OPACITY[theme] };
};

/** Colours of a chart. */
export const PALETTES: Record<Theme, ReturnType<typeof paletteOf>> = {
  light: paletteOf('light'),
  dark: paletteOf('dark'),
};

/** Red, green and blue (0 to 255) of `#rrggbb`. */
export const rgb = (hex: string): [number, number, number] => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];
