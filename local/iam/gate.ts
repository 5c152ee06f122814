import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { addressOf, type Listening, listen } from '../engine/listening.ts';
import { type AwsRequest, accessesOf, accessToLearnThatItIsMissing, type Service } from './accesses.ts';
import { type Access, isAllowed, type Statement } from './roles.ts';

/** A request of a function, as IAM decided it. */
export type Decision = { caller: string; access: Access; allowed: boolean };

export type GateOptions = {
  /** What each function may do. The access key of a function is its name; people and tests have others, and may do everything. */
  roles: () => ReadonlyMap<string, readonly Statement[]>;
  onDecision: (decision: Decision) => void;
};

/** The fields of a form come before its file. */
const MAX_HEAD_BYTES = 16_384;

/** Starts a server in front of an emulator. It refuses what the role of the calling function does not allow, as AWS does. */
export function startGate(service: Service, target: string, { roles, onDecision }: GateOptions): Promise<Listening> {
  const decide = (caller: string, accesses: readonly Access[]): Access | undefined => {
    const statements = roles().get(caller);
    if (!statements) return undefined;
    const decisions = accesses.map((access) => ({ caller, access, allowed: isAllowed(statements, access) }));
    for (const decision of decisions) onDecision(decision);
    return decisions.find(({ allowed }) => !allowed)?.access;
  };

  /** What a request needs permissions for; nothing if no function sent it. */
  const accesses = (caller: string, request: AwsRequest): Access[] => {
    if (!roles().has(caller)) return [];
    const found = accessesOf(service, request);
    // Refused, and in the list: a permission that nobody knows of would be missing on AWS.
    return found ?? [{ action: `unknown ${request.method} ${request.url.pathname}`, resource: service }];
  };

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { head, rest } = await readHead(incoming);
    const request = requestOf(incoming, head);
    const caller = callerOf(request);
    const denied = decide(caller, accesses(caller, request));
    if (denied) return refuse(response, request, caller, denied);
    const answered = await forward(target, incoming, async function* () {
      yield head;
      yield* rest;
    });
    const isMissing = service === 's3-sqs' && answered.statusCode === 404;
    const needed = isMissing ? accessToLearnThatItIsMissing(request) : undefined;
    const hidden = needed && decide(caller, [needed]);
    if (hidden) {
      answered.resume();
      return refuse(response, request, caller, hidden);
    }
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    await pipeline(answered, response);
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  return listen(server, 0);
}

async function forward(
  target: string,
  { url, method, headers }: IncomingMessage,
  body: () => AsyncIterable<Buffer>,
): Promise<IncomingMessage> {
  const forwarded = httpRequest(`${target}${url}`, { method, headers });
  const [[response]] = await Promise.all([once(forwarded, 'response'), pipeline(body, forwarded)]);
  return response;
}

/** The whole body of a request in JSON, or the first part of another, and the rest. */
async function readHead(incoming: IncomingMessage): Promise<{ head: Buffer; rest: AsyncIterable<Buffer> }> {
  const isJson = /json/.test(String(incoming.headers['content-type']));
  const chunks: Buffer[] = [];
  const iterator = incoming[Symbol.asyncIterator]();
  for (let bytes = 0; isJson || bytes < MAX_HEAD_BYTES; ) {
    const { value, done } = await iterator.next();
    if (done) break;
    bytes += chunks[chunks.push(value) - 1]?.length ?? 0;
  }
  return { head: Buffer.concat(chunks), rest: { [Symbol.asyncIterator]: () => iterator } };
}

function requestOf(incoming: IncomingMessage, head: Buffer): AwsRequest {
  const url = addressOf(incoming);
  if (!url) throw new Error(`malformed address ${incoming.url}`);
  return { method: incoming.method ?? '', url, headers: incoming.headers, body: head.toString() };
}

/** The access key of a signature: in a header, in the address, or in a form. */
function callerOf({ headers, url, body }: AwsRequest): string {
  const [, inHeader] = /Credential=([^/]+)\//.exec(String(headers['authorization'])) ?? [];
  const [inAddress] = url.searchParams.get('X-Amz-Credential')?.split('/') ?? [];
  const [, inForm] = /name="X-Amz-Credential"\r\n\r\n([^/]+)\//i.exec(body) ?? [];
  return inHeader ?? inAddress ?? inForm ?? '';
}

function refuse(response: ServerResponse, { headers }: AwsRequest, caller: string, { action, resource }: Access): void {
  const message = `The role of ${caller} does not allow ${action} on ${resource}.`;
  const isJson = headers['x-amz-target'] !== undefined || /json/.test(String(headers['content-type']));
  response.writeHead(403, {
    'content-type': isJson ? 'application/x-amz-json-1.0' : 'application/xml',
    'x-amzn-errortype': 'AccessDeniedException',
  });
  response.end(
    isJson
      ? JSON.stringify({ __type: 'AccessDeniedException', message })
      : `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`,
  );
}
