import { useState } from 'react';
import { sampleOf } from '../../lambdas/contracts/api-sample.ts';
import { Failure, Loading } from './parts.tsx';
import type { Session } from './session.ts';
import { useAction, useLoaded } from './use.ts';

type Operation = {
  summary: string;
  security: { token?: string[] }[];
  parameters: { name: string; in: 'path' | 'query'; required: boolean }[];
  requestBody?: { content: { 'application/json': { schema: object } } };
};
type Described = { name: string; method: string; path: string; operation: Operation };

/** Tries the routes of the API out with the token of the session. */
export function ApiPage({ session }: { session: Session }) {
  const routes = useLoaded(async () => routesOf(await (await session.call('/openapi.json')).json()), []);
  const [name, setName] = useState('GET /tickers');
  const [isCopied, setCopied] = useState(false);
  const route = routes.data?.find((one) => one.name === name);
  return (
    <>
      <h1>API</h1>
      <section className="card">
        <p>
          The API does what this page does. <a href={`${session.api}/docs`}>Its description</a> has every route with a
          command for curl.
        </p>
        <p className="actions">
          <button
            type="button"
            onClick={async () => {
              await navigator.clipboard.writeText(session.token());
              setCopied(true);
            }}
          >
            Copy my token
          </button>
        </p>
        <p role="status">{isCopied && 'Copied. It is valid for an hour, and allows whoever has it what you may do.'}</p>
      </section>
      <section className="card" aria-labelledby="try">
        <h2 id="try">Try it</h2>
        <Failure error={routes.error} />
        {!routes.data && !routes.error && <Loading />}
        {routes.data && (
          <label>
            Route{' '}
            <select value={name} onChange={(event) => setName(event.target.value)}>
              {routes.data.map((one) => (
                <option key={one.name} value={one.name}>
                  {one.name} – {one.operation.summary}
                </option>
              ))}
            </select>
          </label>
        )}
        {route && <Form key={name} route={route} session={session} />}
      </section>
    </>
  );
}

function routesOf({ paths }: { paths: Record<string, Record<string, Operation>> }): Described[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method, { security }]) => method !== 'head' && security[0]?.token)
      .map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        operation,
      })),
  );
}

function Form({ route: { method, path, operation }, session }: { route: Described; session: Session }) {
  const schema = operation.requestBody?.content['application/json'].schema;
  const [values, setValues] = useState<Record<string, string>>({});
  const [body, setBody] = useState(schema ? JSON.stringify(sampleOf(schema), undefined, 2) : '');
  const [answer, setAnswer] = useState('');
  const send = useAction(async () => {
    // Encoded twice: API Gateway decodes a path once before it matches the route.
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(encodeURIComponent(values[name] ?? '')),
    );
    const query = new URLSearchParams(
      operation.parameters.flatMap(({ name, in: place }) => {
        const value = values[name];
        return place === 'query' && value ? [[name, value]] : [];
      }),
    );
    const response = await session.call(`${filled}${query.size > 0 ? `?${query}` : ''}`, {
      method,
      ...(body && { body, headers: { 'content-type': 'application/json' } }),
    });
    setAnswer(`${response.status}\n${await shown(response)}`);
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send.run();
      }}
    >
      <div className="fields">
        {operation.parameters.map(({ name, required }) => (
          <label key={name}>
            {name}
            <input
              required={required}
              value={values[name] ?? ''}
              onChange={(event) => setValues({ ...values, [name]: event.target.value })}
            />
          </label>
        ))}
      </div>
      {schema && (
        <>
          <label htmlFor="body">Body</label>
          <textarea id="body" rows={8} value={body} onChange={(event) => setBody(event.target.value)} />
        </>
      )}
      <p className="actions">
        <button type="submit" className={method === 'GET' ? 'primary' : 'danger'} aria-disabled={send.busy}>
          {method === 'GET' ? 'Send' : `Send: this changes data (${method})`}
        </button>
      </p>
      <Failure error={send.error} />
      {answer && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        <pre className="answer" role="status" tabIndex={0}>
          {answer}
        </pre>
      )}
    </form>
  );
}

const MAX_SHOWN = 20_000;

async function shown(response: Response): Promise<string> {
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('image/')) return `A picture of ${(await response.blob()).size} bytes.`;
  const text = await response.text();
  const pretty = type.includes('json') && text ? JSON.stringify(JSON.parse(text), undefined, 2) : text;
  return pretty.length > MAX_SHOWN
    ? `${pretty.slice(0, MAX_SHOWN)}\n… ${pretty.length - MAX_SHOWN} more characters`
    : pretty;
}
