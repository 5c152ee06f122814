import { hash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { colourVariables } from '../../contracts/colours.ts';
import type { ApiSettings } from '../ports.ts';
import { anchorOf, codeBox, ROUTES_DESCRIBED, routeSection } from './route-section.ts';

const byTag = Map.groupBy(ROUTES_DESCRIBED, ({ tag }) => tag);

const COPY = `document.addEventListener('click', async ({ target }) => {
  if (!target.matches('figure button')) return;
  await navigator.clipboard.writeText(target.closest('figure').querySelector('pre').textContent);
  target.textContent = 'Copied';
  setTimeout(() => { target.textContent = 'Copy'; }, 2000);
});`;

/** The page loads nothing and runs one script: it copies a command. */
export const DOCS_POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash('sha256', COPY, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const STYLE = `
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.55 InterVariable, Inter, system-ui, sans-serif; }
main { padding: 1.5rem 1rem; max-width: 84rem; }
h1 { margin: 0 0 .75rem; font-size: 1.6rem; } h2 { margin: 2.25rem 0 .75rem; font-size: 1.2rem; }
h3 { font-size: 1rem; margin: 0 0 .35rem; overflow-wrap: anywhere; } h4 { font-size: .85rem; margin: .9rem 0 .3rem; color: var(--muted); }
p { margin: 0 0 .5rem; max-width: 46rem; } a { color: var(--link); } small { color: var(--muted); font-size: .85em; overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; font-size: .88em; }
.card, .route { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.1rem 1.25rem; margin: 0 0 1rem; min-width: 0; }
.route:target { border-color: var(--accent); }
h3 a { color: inherit; text-decoration: none; } h3 a:hover code { text-decoration: underline; }
.method { display: inline-block; font-size: .75rem; font-weight: 700; color: var(--link); } .method.delete { color: var(--danger); } .method.post, .method.put { color: var(--warning); }
h3 .method { min-width: 3.2rem; }
.fields { list-style: none; margin: 0; padding: 0; } .fields li { padding: .3rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; } .fields b { font-weight: 600; color: var(--warning); }
details { margin: .75rem 0 1rem; } summary { cursor: pointer; color: var(--link); }
figure { margin: 0 0 .75rem; max-width: 46rem; border: 1px solid var(--line); border-radius: 10px; background: var(--page); min-width: 0; } figcaption { display: flex; gap: .5rem; align-items: center; padding: .35rem .4rem .35rem .75rem; border-bottom: 1px solid var(--line); color: var(--muted); font-size: .82rem; overflow-wrap: anywhere; }
figure button { margin-left: auto; flex: none; font: inherit; color: var(--link); background: none; border: 0; border-radius: 6px; padding: .2rem .5rem; cursor: pointer; }
pre { margin: 0; padding: .6rem .75rem; overflow: auto; max-height: 32rem; }
.brand { font-weight: 700; text-decoration: none; } .brand span { background: var(--accent); color: var(--accent-ink); border-radius: 6px; font-size: .75rem; padding: .15rem .35rem; }
nav { padding: 1rem; } nav ul { list-style: none; margin: 0 0 .75rem; padding: 0; } nav p { margin: .75rem 0 .25rem; font-weight: 650; } nav p a { color: inherit; text-decoration: none; }
nav li a { display: flex; gap: .4rem; align-items: baseline; padding: .12rem 0; color: var(--muted); text-decoration: none; font-size: .84rem; } nav li a:hover { color: var(--link); }
nav li .method { flex: 0 0 3.3rem; font-size: .66rem; } nav li code { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
@media (min-width: 62rem) {
  body { display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; overflow: auto; border-right: 1px solid var(--line); background: var(--card); }
  main { padding: 1.5rem 2rem; }
}
@media (min-width: 66rem) { .route { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 2rem; } }
@media (max-width: 61.99rem) { nav ul { display: none; } nav div { display: flex; flex-wrap: wrap; gap: .25rem 1rem; } nav p { margin: 0; } nav p a { color: var(--link); } nav { padding-bottom: 0; } }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip:not(:focus) { position: absolute; clip-path: inset(50%); }`;

/** openapi.json as a page. */
export const docsPage = ({ apiUrl, webUrl }: Pick<ApiSettings, 'apiUrl' | 'webUrl'>) => html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width,initial-scale=1" />
    <title>Closing Bell API</title>
    <style>${raw(colourVariables())}${raw(STYLE)}</style>
  </head>
  <body>
    <nav aria-label="Routes">
      <a class="skip" href="#main">Skip to content</a>
      <a class="brand" href="${webUrl}/"><span>CB</span> Closing Bell</a>
      <div>${[...byTag].map(
        ([tag, own]) => html`<p><a href="#${anchorOf(tag)}">${tag}</a></p>
      <ul>${own.map(({ id, method, path }) => html`<li><a href="#${id}"><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></a></li>`)}</ul>`,
      )}</div>
    </nav>
    <main id="main">
      <h1>Closing Bell API</h1>
      <section class="card" aria-label="Basics">
        <p>Base URL: <code>${apiUrl}</code>. Machine-readable: <a href="${apiUrl}/openapi.json">openapi.json</a>.</p>
        <p>To get a token: <a href="${webUrl}/api">sign in on the page, under API</a>, and copy it. It is valid for an hour. The same page tries each route out. The commands below need two variables:</p>
        ${codeBox('Before the first command', `export API=${apiUrl}\nexport TOKEN=…`)}
        <p>Prices are exact decimals, as strings. Errors are problem details (RFC 9457, <code>application/problem+json</code>): what was expected, what was found, what to do. A missing or invalid token and a missing scope are answered by the gateway itself: 401 and 403 with <code>{"message": …}</code>. An unknown query parameter is an error. A name with a slash is encoded twice in a path: <code>BRK%252FB</code>.</p>
      </section>
      ${[...byTag].map(([tag, own]) => html`<h2 id="${anchorOf(tag)}">${tag}</h2>${own.map((route) => routeSection(route))}`)}
    </main>
    <script>${raw(COPY)}</script>
  </body>
</html>`;
