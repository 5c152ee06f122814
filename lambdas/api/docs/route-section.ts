import { html } from 'hono/html';
import { sampleOf } from '../../contracts/api-sample.ts';
import OPENAPI from '../openapi.json' with { type: 'json' };
import { answerFields, bodyFields, fieldItem, type Schema, typeText } from './schema-fields.ts';

type Operation = {
  summary: string;
  tags: string[];
  security: { token?: string[] }[];
  parameters: { name: string; in: string; required: boolean; schema: Schema }[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
};
export type DescribedRoute = { id: string; method: string; path: string; tag: string; operation: Operation };

/** `get-tickers-ticker-prices`: where a link leads to. */
export const anchorOf = (text: string): string => text.toLowerCase().replace(/\W+/g, '-').replace(/^-|-$/g, '');

export const ROUTES_DESCRIBED: readonly DescribedRoute[] = Object.entries(
  OPENAPI.paths as unknown as Record<string, Record<string, Operation>>,
).flatMap(([path, methods]) =>
  Object.entries(methods)
    // The same as GET.
    .filter(([method]) => method !== 'head')
    .map(([method, operation]) => ({
      id: anchorOf(`${method} ${path}`),
      method: method.toUpperCase(),
      path,
      tag: operation.tags[0] ?? '',
      operation,
    })),
);

/** What stands for the parameters of a path in examples; the id of an alert by default. */
const IN_PATH: Record<string, string> = {
  ticker: 'AAPL',
  id: 'k3Jm8sQ2vXa1',
  date: '2020-08-31',
  provider: 'finnhub',
  run: '2020-01-10T23:00:00.000Z.prices',
  queue: 'deliveries',
};
const IDS: Record<string, string> = { Deliveries: '2020-01-10.incremental', Subscribers: 'h1Yw0cVdLr5sT9kQbN3xGA' };
const IN_QUERY: Record<string, string> = { token: 'TOKEN_OF_THE_LINK', name: 'eu/2020-01-10_history.csv' };

/** A command that can be pasted into a shell; the page says what `API` and `TOKEN` are. */
function curlOf({ method, path, tag, operation }: DescribedRoute): string {
  const { security, requestBody, parameters } = operation;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent((name === 'id' && IDS[tag]) || (IN_PATH[name] ?? name)),
  );
  const asked = parameters
    .filter((one) => one.in === 'query' && one.required)
    .map(({ name }) => `${name}=${encodeURIComponent(IN_QUERY[name] ?? name.toUpperCase())}`);
  const body = requestBody && JSON.stringify(sampleOf(requestBody.content['application/json'].schema), undefined, 2);
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} "$API${filled}${asked.length > 0 ? `?${asked.join('&')}` : ''}"`,
    security[0]?.token ? '-H "Authorization: Bearer $TOKEN"' : '',
    body ? `-H 'content-type: application/json'` : '',
    body ? `-d '${body.replaceAll("'", "'\\''")}'` : '',
  ]
    .filter(Boolean)
    .join(' \\\n  ');
}

const answerOf = ({ responses }: Operation) => {
  const [status = '', { content = {} } = {}] = Object.entries(responses).find(([code]) => code !== 'default') ?? [];
  const [[type, { schema }] = ['no content', { schema: undefined }]] = Object.entries(content);
  return { status, type, schema };
};

/** Text with a button that copies it. */
export const codeBox = (title: string, text: string) =>
  html`<figure>
    <figcaption>${title} <button type="button" aria-label="Copy: ${title}">Copy</button></figcaption>
    <pre tabindex="0">${text}</pre>
  </figure>`;

const parameterItem = ({
  name,
  in: place,
  required,
  schema: { description, ...own },
}: Operation['parameters'][number]) =>
  fieldItem(
    { path: name, type: `${place}, ${typeText(own)}`, ...(description && { description }) },
    required ? 'required' : '',
  );

/** One route: what it does and takes on the left, a command and its answer on the right. */
export function routeSection(route: DescribedRoute) {
  const { id, method, path, operation } = route;
  const { summary, security, parameters, requestBody } = operation;
  const answer = answerOf(operation);
  const body = requestBody?.content['application/json'].schema;
  return html`
  <section id="${id}" class="route" aria-labelledby="${id}-name">
    <div class="text">
      <h3 id="${id}-name"><a href="#${id}"><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></a></h3>
      <p>${summary}. ${security[0]?.token ? html`<small>Scope <code>${security[0].token[0]}</code></small>` : html`<small>No token</small>`}</p>
      ${parameters.length > 0 ? html`<h4>Parameters</h4><ul class="fields">${parameters.map(parameterItem)}</ul>` : ''}
      ${body ? html`<h4>Body</h4>${bodyFields(body)}` : ''}
      ${answer.schema ? html`<details><summary>Fields of the answer</summary>${answerFields(answer.schema)}</details>` : ''}
    </div>
    <div class="code">
      ${codeBox(`${method} ${path} with curl`, curlOf(route))}
      ${
        answer.schema
          ? codeBox(`Answer ${answer.status}`, JSON.stringify(sampleOf(answer.schema, { isWhole: true }), undefined, 2))
          : html`<p><small>Answer ${answer.status}, ${answer.type}</small></p>`
      }
    </div>
  </section>`;
}
