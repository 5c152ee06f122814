import { hash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { COLOURS, colourVariables } from '../../contracts/colours.ts';
import { longDate } from '../../contracts/dates.ts';

/** One close of a plot: date, close, volume (both exact decimals), and 1 if it is suspect. */
export type PlotRow = readonly [date: string, close: string, volume?: string, suspect?: 1];
export type Plot = { ticker: string; company: string; rows: readonly PlotRow[] };

/** The scripts of a plot: the chart library, and ours. */
export type PlotScripts = { library: string; own: string };

/** Colours of the lines when a plot has several. */
const LINES = {
  light: ['#4338ca', '#b45309', '#047857', '#be123c', '#0369a1', '#7e22ce', '#4d7c0f', '#5b6b82'],
  dark: ['#a5b4fc', '#fbbf24', '#34d399', '#fb7185', '#7dd3fc', '#d8b4fe', '#bef264', '#9aa9be'],
};

/** The page loads nothing and runs these scripts only. */
export const plotPolicy = ({ library, own }: PlotScripts): string =>
  `default-src 'none'; style-src 'unsafe-inline'; script-src ${[library, own].map((script) => `'sha256-${hash('sha256', script, 'base64')}'`).join(' ')}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** JSON inside a script element: no text may end it. */
const embedded = (data: unknown): string => JSON.stringify(data).replaceAll('<', '\\u003c');

/** A page with an interactive chart that needs no other file: it works offline, and can be saved. */
export const plotPage = (plots: readonly Plot[], asOf: string, scripts: PlotScripts) => {
  const names = plots.map(({ ticker }) => ticker).join(', ');
  const data = {
    plots,
    colours: { light: { ...COLOURS.light, lines: LINES.light }, dark: { ...COLOURS.dark, lines: LINES.dark } },
  };
  return html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width,initial-scale=1" />
    <meta name="robots" content="noindex" />
    <title>${names} · Closing Bell</title>
    <style>
      ${raw(colourVariables())}
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 Inter, system-ui, sans-serif; }
      main { display: flex; flex-direction: column; min-height: 100dvh; padding: 1rem; gap: .75rem; max-width: 80rem; margin: 0 auto; }
      h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; } p { margin: 0; color: var(--muted); }
      .bar { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
      button { font: inherit; padding: .35rem .8rem; border-radius: 9px; border: 1px solid var(--field); background: transparent; color: inherit; cursor: pointer; }
      button[aria-pressed=true] { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
      #save { margin-left: auto; } .sma20 { color: var(--sma20); } .sma50 { color: var(--sma50); }
      #chart { flex: 1; min-height: 20rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: .5rem; }
      #values { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-variant-numeric: tabular-nums; } #values i { display: inline-block; width: .8rem; height: .25rem; margin-right: .4rem; vertical-align: middle; border-radius: 2px; }
      :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    </style>
  </head>
  <body>
    <main>
      <h1>${names}</h1>
      <p>${plots
        .map(({ company }) => company)
        .filter(Boolean)
        .join(
          ', ',
        )}${plots.some(({ company }) => company) ? ' · ' : ''}closes as known on ${longDate(asOf)}${plots.length > 1 ? ', in percent of the first close shown' : html` · <span class="sma20">━</span> SMA 20 <span class="sma50">━</span> SMA 50`}</p>
      <div class="bar" role="group" aria-label="Range">
        ${['1M', '3M', '1Y', 'All'].map((range) => html`<button type="button" data-range="${range}" aria-pressed="false">${range}</button>`)}
        <button type="button" id="save">Save the data (CSV)</button>
      </div>
      <div id="values" role="status"></div>
      <div id="chart" tabindex="0" role="application" aria-label="Chart of ${names}. Arrow keys move along the closes."></div>
      <p>The whole page is one file: save it, and it works offline. Not investment advice.</p>
    </main>
    <script type="application/json" id="data">${raw(embedded(data))}</script>
    <script>${raw(scripts.library)}</script>
    <script>${raw(scripts.own)}</script>
  </body>
</html>`;
};
