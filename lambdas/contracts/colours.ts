import { THEMES, type Theme } from './chart-options.ts';

type Colour =
  | 'page'
  | 'card'
  | 'ink'
  | 'muted'
  | 'faint'
  | 'line'
  | 'field'
  | 'link'
  | 'accent'
  | 'accent-ink'
  | 'up'
  | 'down'
  | 'danger'
  | 'danger-fill'
  | 'warning'
  | 'volume'
  | 'volume-key'
  | 'sma20'
  | 'sma50';

/** The colours of mail, charts, page and documentation. Text colours have a contrast of at least 4.5 on `page` and `card`, `down` on `card`. */
export const COLOURS: Record<Theme, Record<Colour, string>> = {
  light: {
    page: '#f3f6fa',
    card: '#ffffff',
    ink: '#0f172a',
    muted: '#5b6b82',
    faint: '#8494ab',
    line: '#eaeff5',
    field: '#8494ab',
    link: '#4338ca',
    accent: '#4338ca',
    'accent-ink': '#ffffff',
    up: '#047857',
    down: '#e11d48',
    danger: '#be123c',
    'danger-fill': '#be123c',
    warning: '#b45309',
    volume: '#cbd5e1',
    'volume-key': '#b4c0d0',
    sma20: '#d97706',
    sma50: '#6366f1',
  },
  dark: {
    page: '#05090f',
    card: '#0b1220',
    ink: '#f1f5f9',
    muted: '#9aa9be',
    faint: '#75859c',
    line: '#1a2436',
    field: '#75859c',
    link: '#a5b4fc',
    accent: '#4f46e5',
    'accent-ink': '#ffffff',
    up: '#34d399',
    down: '#fb7185',
    danger: '#fb7185',
    'danger-fill': '#be123c',
    warning: '#fdba74',
    volume: '#33415a',
    'volume-key': '#4b5d7d',
    sma20: '#fbbf24',
    sma50: '#a5b4fc',
  },
};

/** CSS rule that declares each colour as a variable for both colour schemes: `:root{--ink:light-dark(#0f172a,#f1f5f9);…}`. */
export const colourVariables = (): string => {
  const names = Object.keys(COLOURS.light) as Colour[];
  const variables = names.map((name) => `--${name}:light-dark(${THEMES.map((theme) => COLOURS[theme][name]).join()})`);
  return `:root{color-scheme:light dark;${variables.join(';')}}`;
};
