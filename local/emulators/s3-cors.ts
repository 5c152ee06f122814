import type { buildApp } from 'fauxqs';

/** Which pages may send which requests to a bucket. */
export type CorsRule = { origins: string[]; methods: string[]; headers: string[] };

/** Answers preflight requests of browsers for buckets that have rules, as S3 does; the emulator has no CORS. */
export function answerCors(app: ReturnType<typeof buildApp>, rules: ReadonlyMap<string, readonly CorsRule[]>): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    const bucket = decodeURIComponent(request.url).split(/[/?]/)[1] ?? '';
    const method = request.headers['access-control-request-method'] ?? request.method;
    const rule = rules
      .get(bucket)
      ?.find(({ origins, methods }) => origins.includes(origin ?? '') && methods.includes(method));
    if (origin && rule)
      reply.headers({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': rule.methods.join(', '),
        'access-control-allow-headers': rule.headers.join(', '),
      });
    if (request.method === 'OPTIONS') return reply.code(rule ? 204 : 403).send();
  });
}
