import type { CSSProperties } from 'react';
import type { MailTheme } from '../../contracts/chart-options.ts';
import { COLOURS } from '../../contracts/colours.ts';

export const FONTS = "Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
/** Set in each cell, since Outlook for Windows does not inherit fonts into tables. */
const CELL_FONTS = 'Inter,Arial,sans-serif';

/** The colours of a mail, set inline for clients that ignore `<style>`, such as the Gmail app with other accounts. */
export function colours(theme: MailTheme) {
  const own = COLOURS[theme === 'dark' ? 'dark' : 'light'];
  return { ...own, flat: own.ink };
}

/** Style of one cell of the table, complete without inheritance. */
export const cellStyle = (theme: MailTheme, colour: string): CSSProperties => ({
  padding: '9px 3px',
  borderTop: `1px solid ${colours(theme).line}`,
  font: `15px/20px ${CELL_FONTS}`,
  color: colour,
});

export const headStyle = (theme: MailTheme): CSSProperties => ({
  padding: '0 3px 6px',
  whiteSpace: 'nowrap',
  font: `500 13px/20px ${CELL_FONTS}`,
  color: colours(theme).muted,
});

/**
 * Style rules for readers in dark mode. Each rule has one class, and every `!important` has a space before it: Outlook for Windows
 * misreads anything else.
 */
function darkRules(): string {
  const { page, card, line, ink, muted, up, down, warning, link, accent, sma20, sma50 } = colours('dark');
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
    ['.edge-warning', `border-left-color:${warning}`],
    ['.edge-accent', `border-left-color:${accent}`],
    ['.sma20', `background-color:${sma20}`],
    ['.sma50', `background-color:${sma50}`],
    ['.light-only', 'display:none'],
    ['.dark-only', 'display:block !important;width:100% !important;height:auto !important;max-height:none'],
  ];
  return rules.map(([selector, declarations]) => `${selector}{${declarations} !important}`).join('\n');
}

export const mailStyles = (theme: MailTheme): string => `
body{margin:0;padding:0;-webkit-text-size-adjust:100%}
.num{font-variant-numeric:tabular-nums}
.chg{font-size:15px !important}
.name{width:31% !important}
.close{width:18% !important}
${theme === 'auto' ? `@media (prefers-color-scheme:dark){\n${darkRules()}\n}` : ''}
@media (max-width:480px){
.num{font-size:13px !important;vertical-align:top !important}
.name{width:24% !important}
.close{width:28% !important}
.company{white-space:nowrap !important;width:290px !important;overflow:hidden !important;text-overflow:ellipsis !important}
.headline{font-size:22px !important;line-height:28px !important}
}
`;
