import { html } from 'hono/html';

type Page = {
  title: string;
  text: string;
  form?: { action: string; buttons: { label: string; ticker?: string }[] };
  webUrl: string;
};

/** Nothing on these pages comes from elsewhere, and nothing of them runs. */
export const LINK_PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** A page behind a link in a mail. Every text is escaped by `html`. */
export const linkPage = ({ title, text, form, webUrl }: Page) => html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width,initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <title>${title} · Closing Bell</title>
    <style>
      :root { color-scheme: light dark; --page: light-dark(#f4f6f8, #0d1117); --card: light-dark(#fff, #161b22); --ink: light-dark(#17202a, #e6edf3); --muted: light-dark(#57606a, #9aa5b1); --line: light-dark(#d8dee4, #30363d); --accent: light-dark(#0b5fd0, #2f81f7); }
      body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 Inter, system-ui, sans-serif; }
      main { max-width: 30rem; margin: 12vh auto; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
      h1 { font-size: 1.4rem; margin: 0 0 .5rem; } p { margin: 0 0 1.25rem; } .brand { color: var(--muted); font-size: .85rem; margin: 0 0 1rem; }
      form { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1.25rem; }
      button { font: inherit; padding: .6rem 1rem; border-radius: 9px; border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer; }
      button:first-child { background: var(--accent); border-color: var(--accent); color: #fff; } a { color: var(--accent); }
      :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    </style>
  </head>
  <body>
    <main>
      <p class="brand">Closing Bell</p>
      <h1>${title}</h1>
      <p>${text}</p>
      ${
        form
          ? html`<form method="post" action="${form.action}">
            ${form.buttons.map(({ label, ticker }) => html`<button name="ticker" value="${ticker ?? ''}">${label}</button>`)}
          </form>`
          : ''
      }
      <a href="${webUrl}/">Manage what you follow</a>
    </main>
  </body>
</html>`;
