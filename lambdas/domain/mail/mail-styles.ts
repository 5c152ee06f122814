import type { CSSProperties } from 'react';
import type { Theme } from '../../contracts/subscriber.ts';
import { PALETTES } from '../chart/theme.ts';

const PAGE: Record<Theme, string> = { light: '#f3f6fa', dark: '#05090f' };
const LINK: Record<Theme, string> = { light: '#4338ca', dark: '#a5b4fc' };

export const FONTS = "Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
/** In each cell, since Outlook for Windows takes over no font from outside a table. */
const CELL_FONTS = 'Inter,Arial,sans-serif';

/**
 * The colours of a mail, in place: what clients show that know no `<style>`, as the Gmail app does with other accounts.
 */
export function colours(theme: Theme) {
  const { ink, muted, grid, background, up, down, warning } = PALETTES[theme];
  return {
    page: PAGE[theme],
    card: background,
    line: grid,
    ink,
    muted,
    up,
    down,
    flat: ink,
    warning,
    link: LINK[theme],
  };
}

/** One cell of the table: everything a client needs to show it right by itself. */
export const cellStyle = (theme: Theme, colour: string): CSSProperties => ({
  padding: '7px 3px',
  borderTop: `1px solid ${colours(theme).line}`,
  font: `14px/20px ${CELL_FONTS}`,
  color: colour,
  // A number of twenty digits breaks rather than push the others off the screen.
  wordBreak: 'break-word',
});

export const headStyle = (theme: Theme): CSSProperties => ({
  padding: '0 3px 6px',
  font: `500 12px/20px ${CELL_FONTS}`,
  color: colours(theme).muted,
});

/**
 * Rules of the style sheet: dark where the reader's client is, smaller on a phone. Each names one class, and every `!important` has a
 * space before it: Outlook for Windows misreads the rest.
 */
function darkRules(): string {
  const { page, card, line, ink, muted, up, down, warning, link } = colours('dark');
  const rules = [
    ['.page', `background-color:${page}`],
    ['.card', `background-color:${card} !important;border-color:${line}`],
    ['.ink', `color:${ink}`],
    ['.muted', `color:${muted}`],
    ['.up', `color:${up}`],
    ['.down', `color:${down}`],
    ['.warn', `color:${warning}`],
    ['.line', `border-color:${line}`],
    ['.link', `color:${link}`],
  ];
  return rules.map(([selector, declarations]) => `${selector}{${declarations} !important}`).join('\n');
}

export const mailStyles = (theme: Theme): string => `
body{margin:0;padding:0;-webkit-text-size-adjust:100%}
.num{font-variant-numeric:tabular-nums}
${theme === 'light' ? `@media (prefers-color-scheme:dark){\n${darkRules()}\n}` : ''}
@media (max-width:480px){
.num{font-size:13px !important}
}
`;
