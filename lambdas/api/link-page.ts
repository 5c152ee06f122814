import { html, raw } from 'hono/html';
import { colourVariables } from '../contracts/colours.ts';

type Page = {
  title: string;
  text: string;
  /** `name` and `value`: what a button posts. */
  form?: { action: string; buttons: { label: string; name?: string; value?: string }[] };
  webUrl: string;
};

/** These pages load nothing and run no script. */
export const LINK_PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The page of a link in a mail. `html` escapes every text. */
export const linkPage = ({ title, text, form, webUrl }: Page) => html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width,initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <title>${title} · Closing Bell</title>
    <style>
      ${raw(colourVariables())}
      body { margin: 0; padding: 0 1rem; background: var(--page); color: var(--ink); font: 16px/1.5 InterVariable, Inter, system-ui, sans-serif; }
      main { max-width: 26rem; margin: 12vh auto; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
      h1 { font-size: 1.4rem; margin: 0 0 .5rem; } p { margin: 0 0 1.25rem; } .brand { font-weight: 700; color: var(--link); margin: 0 0 1rem; } .brand span { background: var(--accent); color: var(--accent-ink); border-radius: 6px; font-size: .75rem; padding: .15rem .35rem; }
      form { display: grid; margin: 0 0 1.25rem; }
      button { font: inherit; text-align: left; padding: .7rem .25rem; border: 0; border-bottom: 1px solid var(--line); background: transparent; color: var(--link); cursor: pointer; }
      button:first-child { text-align: center; padding: .7rem 1rem; border-radius: 9px; background: var(--accent); color: var(--accent-ink); margin: 0 0 .5rem; } a { color: var(--link); }
      :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    </style>
  </head>
  <body>
    <main>
      <p class="brand"><span>CB</span> Closing Bell</p>
      <h1>${title}</h1>
      <p>${text}</p>
      ${
        form
          ? html`<form method="post" action="${form.action}">
            ${form.buttons.map(({ label, name = 'all', value = '' }) => html`<button name="${name}" value="${value}">${label}</button>`)}
          </form>`
          : ''
      }
      <a href="${webUrl}/">Manage your tickers</a>
    </main>
  </body>
</html>`;
