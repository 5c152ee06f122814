import { html, raw } from 'hono/html';
import { colourVariables } from '../contracts/colours.ts';
import OPENAPI from './openapi.json' with { type: 'json' };

export { OPENAPI };

type Operation = {
  summary: string;
  security: { token?: string[] }[];
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: { 'application/json': { schema: object } } };
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
};

const paths = Object.entries(OPENAPI.paths as unknown as Record<string, Record<string, Operation>>);

const described = (schema: object | undefined) =>
  schema && Object.keys(schema).length > 0 ? html`<pre tabindex="0">${JSON.stringify(schema, undefined, 2)}</pre>` : '';

const answered = (status: string, content: Record<string, { schema?: object }>) => {
  const [[type, { schema }] = ['nothing', { schema: undefined }]] = Object.entries(content);
  const name = `Answers ${status}, ${type}`;
  return schema ? html`<details><summary>${name}</summary>${described(schema)}</details>` : html`<p>${name}</p>`;
};

const operation = (
  method: string,
  path: string,
  { summary, security, parameters, requestBody, responses }: Operation,
) => html`
  <section>
    <h2><span class="method">${method.toUpperCase()}</span> <code>${path}</code></h2>
    <p>${summary}. ${security[0]?.token ? html`Scope <code>${security[0].token[0]}</code>.` : 'No sign-in.'}</p>
    ${
      parameters.length > 0
        ? html`<ul>${parameters.map(({ name, in: place, required, schema }) => html`<li><code>${name}</code> in ${place}${required ? ', required' : ''} <small>${JSON.stringify(schema)}</small></li>`)}</ul>`
        : ''
    }
    ${requestBody ? html`<details><summary>Body</summary>${described(requestBody.content['application/json'].schema)}</details>` : ''}
    ${Object.entries(responses)
      .filter(([status]) => status !== 'default')
      .map(([status, { content = {} }]) => answered(status, content))}
  </section>`;

/** openapi.json as a page. */
export const DOCS = html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width,initial-scale=1" />
    <title>Closing Bell API</title>
    <style>
      ${raw(colourVariables())}
      body { margin: 0 auto; max-width: 52rem; padding: 2rem 1rem; background: var(--page); color: var(--ink); font: 15px/1.5 Inter, system-ui, sans-serif; }
      section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.25rem; margin: 0 0 1rem; }
      h2 { font-size: 1rem; margin: 0 0 .25rem; overflow-wrap: anywhere; } p { margin: 0 0 .5rem; } .method { font-weight: 700; } small { color: var(--muted); overflow-wrap: anywhere; }
      pre { overflow: auto; font-size: 12px; } summary { cursor: pointer; }
    </style>
  </head>
  <body>
    <main>
      <h1>Closing Bell API</h1>
      <p>Errors are problem details (RFC 9457). Prices are exact decimals, as strings. The machine-readable description is <code>/openapi.json</code>.</p>
      ${paths.flatMap(([path, methods]) => Object.entries(methods).map(([method, described]) => operation(method, path, described)))}
    </main>
  </body>
</html>`;
