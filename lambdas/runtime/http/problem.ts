import type { Context } from 'hono';
import type * as z from 'zod';

/** An error for the caller: problem details, RFC 9457. */
export class Problem extends Error {
  readonly status: 400 | 403 | 404 | 409 | 410 | 413 | 415 | 429 | 503;
  readonly title: string;
  readonly more: { errors?: { where: string; expected: string }[]; suggestions?: string[]; retryAfter?: number };

  constructor(status: Problem['status'], title: string, detail: string, more: Problem['more'] = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.more = more;
  }
}

/**
 * Parses input with a schema.
 * @param what the part of the request, for messages: `body` or `query`
 * @throws Problem that lists every invalid field
 */
export function parse<S extends z.ZodType>(schema: S, input: unknown, what: string): z.infer<S> {
  const { success, data, error } = schema.safeParse(input);
  if (success) return data;
  const errors = error.issues.map(({ path, message }) => ({
    where: path.map(String).join('.') || what,
    expected: message,
  }));
  throw new Problem(
    400,
    'Bad request',
    `Expected a valid ${what}, found errors: ${errors.map(({ where, expected }) => `${where}: ${expected}`).join('; ')}`,
    { errors },
  );
}

/** The JSON body of a request; `{}` if it is empty. @throws Problem if it is not JSON */
export async function jsonBody(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'Bad request', 'Expected a JSON body, found something else.');
  }
}

/** Answers an error. Details of unexpected errors go to `unexpected`, not to the caller. */
export function answerError(error: Error, context: Context, unexpected: (error: Error) => void): Response {
  const known = error instanceof Problem ? error : undefined;
  if (!known) unexpected(error);
  const { retryAfter, ...more } = known?.more ?? {};
  const status = known?.status ?? 500;
  const body = {
    type: 'about:blank',
    title: known?.title ?? 'Something went wrong',
    status,
    detail: known?.message ?? 'This is a fault of the service; its operators are alerted. Try again in a minute.',
    ...more,
  };
  context.header('cache-control', 'no-store');
  if (retryAfter) context.header('retry-after', String(retryAfter));
  return context.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}

export const notFound = (context: Context): Response =>
  answerError(
    new Problem(404, 'Not found', 'There is no such route. /docs describes all of them.'),
    context,
    () => undefined,
  );
