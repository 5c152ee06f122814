import { html, raw } from 'hono/html';
import { sampleOf } from '../contracts/api-sample.ts';
import { colourVariables } from '../contracts/colours.ts';
import OPENAPI from './openapi.json' with { type: 'json' };
import type { ApiSettings } from './ports.ts';

export { OPENAPI };

type Parameter = { name: string; in: string; required: boolean; schema: Schema & { description?: string } };
type Operation = {
  summary: string;
  tags: string[];
  security: { token?: string[] }[];
  parameters: Parameter[];
  requestBody?: { content: { 'application/json': { schema: object } } };
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
};
type Described = { method: string; path: string; operation: Operation };

const described: Described[] = Object.entries(
  OPENAPI.paths as unknown as Record<string, Record<string, Operation>>,
).flatMap(([path, methods]) =>
  Object.entries(methods)
    // The same as GET.
    .filter(([method]) => method !== 'head')
    .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);
const byTag = Map.groupBy(described, ({ operation }) => operation.tags[0] ?? '');

const anchor = (text: string): string => text.toLowerCase().replace(/\W+/g, '-');

const schemaText = (schema: object | undefined) =>
  schema && Object.keys(schema).length > 0 ? html`<pre tabindex="0">${JSON.stringify(schema, undefined, 2)}</pre>` : '';

type Schema = {
  type?: string;
  enum?: unknown[];
  format?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  anyOf?: Schema[];
};

/** `string, at most 64 characters` */
function typeText(schema: Schema): string {
  const { type, enum: choices, format, minimum, maximum, maxLength, anyOf } = schema;
  return [
    anyOf ? anyOf.map(typeText).join(' or ') : choices ? choices.join(' | ') : (format ?? type ?? ''),
    minimum !== undefined && maximum !== undefined && maximum < 1e9 ? `${minimum} to ${maximum}` : '',
    maxLength ? `at most ${maxLength} characters` : '',
    schema.default === undefined || schema.default === '' ? '' : `default ${schema.default}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** Text with `code` in it. */
const marked = (text: string) => text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part));

const answered = (status: string, content: Record<string, { schema?: object }>) => {
  const [[type, { schema }] = ['nothing', { schema: undefined }]] = Object.entries(content);
  const name = `Answers ${status}, ${type}`;
  return schema ? html`<details><summary>${name}</summary>${schemaText(schema)}</details>` : html`<p>${name}</p>`;
};

/** A command that can be pasted into a shell; `TOKEN` is explained above. */
function curl(apiUrl: string, { method, path, operation: { security, requestBody, parameters } }: Described): string {
  const filled = path
    .replace('{ticker}', 'AAPL')
    .replace('{id}', '2020-01-10.incremental')
    .replace(/\{(\w+)\}/g, '$1');
  const asked = parameters
    .filter((one) => one.in === 'query' && one.required)
    .map(({ name }) => `${name}=${name.toUpperCase()}`);
  const body = requestBody && JSON.stringify(sampleOf(requestBody.content['application/json'].schema));
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`}`,
    security[0]?.token ? '-H "Authorization: Bearer $TOKEN"' : '',
    body ? `-H 'content-type: application/json' -d '${body.replaceAll("'", "'\\''")}'` : '',
    `'${apiUrl}${filled}${asked.length > 0 ? `?${asked.join('&')}` : ''}'`,
  ]
    .filter(Boolean)
    .join(' ');
}

const section = (apiUrl: string, one: Described) => {
  const { method, path, operation } = one;
  const { summary, security, parameters, requestBody, responses } = operation;
  return html`
  <section>
    <h3><span class="method">${method}</span> <code>${path}</code></h3>
    <p>${summary}. ${security[0]?.token ? html`Scope <code>${security[0].token[0]}</code>.` : 'No token.'}</p>
    <pre tabindex="0" class="curl">${curl(apiUrl, one)}</pre>
    ${
      parameters.length > 0
        ? html`<ul>${parameters.map(({ name, in: place, required, schema: { description, ...schema } }) => html`<li><code>${name}</code> in ${place}${required ? ', required' : ''}${description ? html`: ${marked(description)}` : ''} <small>${typeText(schema)}</small></li>`)}</ul>`
        : ''
    }
    ${requestBody ? html`<details><summary>Body</summary>${schemaText(requestBody.content['application/json'].schema)}</details>` : ''}
    ${Object.entries(responses)
      .filter(([status]) => status !== 'default')
      .map(([status, { content = {} }]) => answered(status, content))}
  </section>`;
};

/** openapi.json as a page. */
export const docsPage = ({ apiUrl, webUrl }: Pick<ApiSettings, 'apiUrl' | 'webUrl'>) => html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width,initial-scale=1" />
    <title>Closing Bell API</title>
    <style>
      ${raw(colourVariables())}
      body { margin: 0 auto; max-width: 56rem; padding: 2rem 1rem; background: var(--page); color: var(--ink); font: 15px/1.55 InterVariable, Inter, system-ui, sans-serif; }
      section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.25rem; margin: 0 0 1rem; }
      h1 { margin: 0 0 .5rem; } h2 { margin: 2rem 0 .75rem; } h3 { font-size: 1rem; margin: 0 0 .25rem; overflow-wrap: anywhere; } p { margin: 0 0 .5rem; }
      .method { display: inline-block; min-width: 3.5rem; font-weight: 700; color: var(--link); } small { color: var(--muted); overflow-wrap: anywhere; } a { color: var(--link); }
      pre { overflow: auto; font-size: 12.5px; } pre.curl { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--page); border-radius: 8px; padding: .6rem .75rem; margin: 0 0 .5rem; } summary { cursor: pointer; } nav { display: flex; flex-wrap: wrap; gap: .4rem 1rem; }
      @media (min-width: 75rem) {
        body { max-width: 72rem; padding-left: 17rem; }
        nav { position: fixed; top: 2rem; left: max(1rem, calc(50vw - 36rem)); width: 14rem; flex-direction: column; max-height: 90vh; overflow: auto; }
      }
      :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    </style>
  </head>
  <body>
    <main>
      <h1>Closing Bell API</h1>
      <section>
        <p>Base URL: <code>${apiUrl}</code>. Machine-readable: <a href="${apiUrl}/openapi.json">openapi.json</a>.</p>
        <p>To get a token: <a href="${webUrl}/api">sign in on the page, under API</a>, copy your token, and <code>export TOKEN=…</code>. It is valid for an hour. The same page tries each route out.</p>
        <p>Prices are exact decimals, as strings. Errors are problem details (RFC 9457, <code>application/problem+json</code>): what was expected, what was found, what to do. A missing or invalid token and a missing scope are answered by the gateway itself: 401 and 403 with <code>{"message": …}</code>. An unknown query parameter is an error. A name with a slash is encoded twice in a path: <code>BRK%252FB</code>.</p>
        <nav aria-label="Routes">${[...byTag.keys()].map((tag) => html`<a href="#${anchor(tag)}">${tag}</a>`)}</nav>
      </section>
      ${[...byTag].map(([tag, own]) => html`<h2 id="${anchor(tag)}">${tag}</h2>${own.map((one) => section(apiUrl, one))}`)}
    </main>
  </body>
</html>`;
