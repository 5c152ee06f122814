import type { Context } from 'hono';
import type * as z from 'zod';

/** What is wrong with a request, in the words of RFC 9457. */
export class Problem extends Error {
  readonly status: 400 | 403 | 404 | 409 | 413 | 415 | 429 | 503;
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
 * Reads foreign input by its schema.
 * @throws Problem naming every place that is not as expected
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
    `The ${what} is not as expected: ${errors.map(({ where, expected }) => `${where}: ${expected}`).join('; ')}`,
    { errors },
  );
}

/** The JSON body of a request. @throws Problem where it is none */
export async function jsonBody(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'Bad request', 'Expected a JSON body, found something else.');
  }
}

/** Answers what went wrong; what was not foreseen is told to `unexpected` and nobody else. */
export function answerError(error: Error, context: Context, unexpected: (error: Error) => void): Response {
  const known = error instanceof Problem ? error : undefined;
  if (!known) unexpected(error);
  const { retryAfter, ...more } = known?.more ?? {};
  const status = known?.status ?? 500;
  const body = {
    type: 'about:blank',
    title: known?.title ?? 'Something went wrong',
    status,
    detail: known?.message ?? 'It is our fault and we are told of it. Try again in a minute.',
    ...more,
  };
  context.header('cache-control', 'no-store');
  if (retryAfter) context.header('retry-after', String(retryAfter));
  return context.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}

export const notFound = (context: Context): Response =>
  answerError(
    new Problem(404, 'Not found', `There is no ${context.req.method} ${context.req.path}. See /docs.`),
    context,
    () => undefined,
  );
