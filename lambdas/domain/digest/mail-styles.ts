import type { Theme } from '../../contracts/subscriber.ts';
import { PALETTES } from '../chart/theme.ts';

const PAGE: Record<Theme, string> = { light: '#f3f6fa', dark: '#05090f' };

const colours = (theme: Theme): string => {
  const p = PALETTES[theme];
  return `
body,.page{background:${PAGE[theme]}!important}
.card{background:${p.background}!important;border-color:${p.grid}!important}
.ink,.t td,.t th,.alt{color:${p.ink}!important}
.muted,.t th,.t .n{color:${p.muted}!important}
.t td{border-color:${p.grid}!important}
.up,.t .up{color:${p.up}!important}
.down,.t .down{color:${p.down}!important}
.warn,.t .warn{color:${p.warning}!important}
a.link{color:${p.sma50}!important}`;
};

/**
 * The style sheet of a mail. Rows of the table are styled by class, not in place: 500 of them must stay
 * under the 102 KB at which Gmail clips. A light mail turns dark where the reader's client is.
 */
export const mailStyles = (theme: Theme): string => `
body{margin:0;padding:0;-webkit-text-size-adjust:100%}
.t{width:100%;border-collapse:collapse;font-size:14px;line-height:20px}
.t th{font-weight:500;font-size:12px;padding:0 4px 6px;text-align:right}
.t td{padding:7px 4px;text-align:right;border-top:1px solid;white-space:nowrap;font-variant-numeric:tabular-nums}
.t th.k,.t td.k{text-align:left}
.t td.k{font-weight:600;white-space:normal}
.t .n{font-weight:400;font-size:12px;line-height:16px}
.c{font-size:14px;line-height:22px;margin:0}
.chart{display:block;width:100%;height:auto;border-radius:10px}
${colours(theme)}
${theme === 'light' ? `@media (prefers-color-scheme:dark){${colours('dark')}}` : ''}
@media (max-width:480px){.card>tbody>tr>td{padding:14px 12px 8px!important}.t{font-size:13px}.t td,.t th{padding-left:2px!important;padding-right:2px!important}}
`;
