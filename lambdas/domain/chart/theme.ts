import type { Theme } from '../../contracts/subscriber.ts';

type Palette = Record<
  | 'background'
  | 'ink'
  | 'muted'
  | 'faint'
  | 'grid'
  | 'volume'
  | 'volumeKey'
  | 'up'
  | 'down'
  | 'sma20'
  | 'sma50'
  | 'warning'
  | 'tagInk',
  string
> & {
  /** Opacity (0 to 1) of the area just below the line. */
  areaOpacity: number;
};

export const PALETTES: Record<Theme, Palette> = {
  light: {
    background: '#ffffff',
    ink: '#0f172a',
    muted: '#5b6b82',
    faint: '#8494ab',
    grid: '#eaeff5',
    volume: '#dfe5ec',
    volumeKey: '#cbd5e1',
    up: '#047857',
    down: '#e11d48',
    sma20: '#f59e0b',
    sma50: '#6366f1',
    warning: '#b45309',
    tagInk: '#ffffff',
    areaOpacity: 0.22,
  },
  dark: {
    background: '#0b1220',
    ink: '#f1f5f9',
    muted: '#9aa9be',
    faint: '#75859c',
    grid: '#1a2436',
    volume: '#243046',
    volumeKey: '#3b4a66',
    up: '#34d399',
    down: '#fb7185',
    sma20: '#fbbf24',
    sma50: '#a5b4fc',
    warning: '#fdba74',
    tagInk: '#0b1220',
    areaOpacity: 0.28,
  },
};

/** Red, green and blue (0 to 255) of `#rrggbb`. */
export const rgb = (hex: string): [number, number, number] => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];
