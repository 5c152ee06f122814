import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { FORMAT } from '../../local/app/state.ts';
import { LocalStack } from '../support/local-stack.ts';

/** The stack on a laptop: it answers this machine only, is bounded in its use of it, and ends with clear errors. */

jest.setTimeout(180_000);

const stack = new LocalStack();
let ports: Record<string, number>;

beforeAll(async () => {
  const endpoints = await stack.start('--empty');
  const { s3, dynamodb, inbox, api, issuer, web } = endpoints;
  ports = Object.fromEntries(
    Object.entries({ s3, dynamodb, inbox, api, issuer, web }).map(([name, url]) => [name, Number(new URL(url).port)]),
  );
});
afterAll(() => stack.stop());

const ask = (port: number, headers: Record<string, string>): Promise<{ status: number; origin: string | undefined }> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/', headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, origin: response.headers['access-control-allow-origin'] });
    })
      .once('error', reject)
      .end();
  });

test.each(['s3', 'dynamodb', 'inbox', 'api', 'issuer', 'web'])('%s answers this machine only', async (name) => {
  const port = ports[name] ?? 0;
  const host = `127.0.0.1:${port}`;
  expect((await ask(port, { host: 'evil.example' })).status).toBe(403);
  expect((await ask(port, { host: `127.0.0.1.evil.example:${port}` })).status).toBe(403);
  const opaque = name === 'api' ? [] : ['null'];
  for (const origin of ['https://evil.example', ...opaque, 'http://127.0.0.1.evil.example'])
    expect([origin, (await ask(port, { host, origin })).status]).toEqual([origin, 403]);
  expect((await ask(port, { host })).status).not.toBe(403);
  const own = await ask(port, { host, origin: 'http://127.0.0.1:4705' });
  expect(own.status).not.toBe(403);
  expect(own.origin).not.toBe('*');
});

test('no request ends it', async () => {
  for (const port of Object.values(ports))
    for (const path of ['//', '/%', '/%zz', '/\\', '/..%2f..%2f', '/?', '/mail/../x'])
      await new Promise<void>((resolve) => {
        const asked = request({ host: '127.0.0.1', port, path, headers: { host: `127.0.0.1:${port}` } }, (response) => {
          response
            .resume()
            .once('end', resolve)
            .once('error', () => resolve());
        });
        asked.once('error', () => resolve()).end();
      });
  const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
  for (const port of Object.values(ports))
    expect((await ask(port, { host: `127.0.0.1:${port}`, ...foreign })).status).toBe(403);
  expect(stack.hasEnded).toBe(false);
});

const childrenOf = (parent: number, name: string): number[] =>
  execFileSync('ps', ['-Ao', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, ppid, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return Number(ppid) === parent && args.includes(name) ? [Number(pid)] : [];
    });

test('sixty concurrent requests start at most five workers, and all are answered', async () => {
  // The lake may still have one of the daily message.
  const before = childrenOf(stack.pid, 'worker.ts').length;
  const url = `http://127.0.0.1:${ports['api']}/openapi.json`;
  const statuses = await Promise.all(Array.from({ length: 60 }, async () => (await fetch(url)).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(childrenOf(stack.pid, 'worker.ts').length - before).toBeLessThanOrEqual(5);
});

describe('the sign-in page', () => {
  /** Starts a sign-in. @returns the address of its form, and its cookies */
  async function begin(): Promise<{ url: string; cookie: string }> {
    const { issuer, web } = stack.endpoints;
    const query = new URLSearchParams({
      client_id: 'page',
      redirect_uri: `${web}/`,
      response_type: 'code',
      scope: 'openid email',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    });
    const response = await fetch(`${issuer}/auth?${query}`, { redirect: 'manual' });
    const cookie = response.headers.getSetCookie().map((one) => one.split(';')[0]);
    return { url: new URL(response.headers.get('location') ?? '', issuer).href, cookie: cookie.join('; ') };
  }
  const askCode = async ({ url, cookie }: { url: string; cookie: string }, address: string): Promise<string> =>
    (await fetch(url, { method: 'POST', headers: { cookie }, body: new URLSearchParams({ address }) })).text();
  const codesTo = async (name: string): Promise<number> => {
    const mails: { to: string }[] = await (await fetch(`${stack.endpoints.inbox}/mails`)).json();
    return mails.filter(({ to }) => to.startsWith(name)).length;
  };

  test('mails at most five codes in one sign-in', async () => {
    const signIn = await begin();
    const pages: string[] = [];
    for (let i = 0; i < 12; i++) pages.push(await askCode(signIn, 'ada@example.com'));
    expect(await codesTo('ada')).toBe(5);
    expect(pages.filter((page) => page.includes('Several codes were mailed'))).toHaveLength(7);
  });

  test('… and in many sign-ins and under plus-addresses together', async () => {
    for (let i = 0; i < 12; i++) await askCode(await begin(), `bob+${i}@example.com`);
    expect(await codesTo('bob')).toBe(5);
  });
});

/** Starts another stack. @returns the error with which it ended */
async function tryToStart(state: string, ...options: string[]): Promise<string> {
  const other = new LocalStack(state);
  const failure = await other.start('--empty', ...options).then(
    () => '',
    (error: Error) => error.message,
  );
  await other.kill();
  return stripVTControlCharacters(failure);
}

test.each([1, 2, 6])('a used port (number %i of the range) is named, with what to do', async (offset) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), 'closing-bell-'));
  const error = await tryToStart(folder, '--port', String(port - offset));
  taken.close();
  rmSync(folder, { recursive: true });
  expect(error).toMatch(/Port \d+ is used by another program. Choose other ports with --port N/);
  expect(error).not.toContain('    at ');
});

test.each([
  ['secrets.json', '{"a":'],
  ['clock', 'yesterday'],
  ['aws/ses/0000000001.json', '{'],
])('a damaged %s is named', async (name, content) => {
  const folder = mkdtempSync(join(tmpdir(), 'closing-bell-'));
  execFileSync('mkdir', ['-p', join(folder, 'aws/ses')]);
  writeFileSync(join(folder, 'format'), FORMAT);
  writeFileSync(join(folder, name), content);
  const error = await tryToStart(folder);
  rmSync(folder, { recursive: true });
  expect(error).toContain(`${join(folder, name)} is damaged (`);
  expect(error).not.toContain('    at ');
});

test('the data of another version is refused with what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'closing-bell-'));
  writeFileSync(join(folder, 'format'), '2');
  const error = await tryToStart(folder);
  rmSync(folder, { recursive: true });
  expect(error).toMatch(/another version/);
  expect(error).not.toContain('    at ');
});

test('an incomplete last line of sent events is ignored, and a clock that was set back is reported', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'closing-bell-'));
  const future = new Date(Date.now() + 3_600_000).toISOString();
  writeFileSync(join(folder, 'format'), FORMAT);
  writeFileSync(join(folder, 'clock'), future);
  writeFileSync(join(folder, 'object-events'), `${JSON.stringify(['b', 'k', 'e', future])}\n["b","k","e","20`);
  const other = new LocalStack(folder);
  const endpoints = await other.start('--empty');
  expect(other.output).toMatch(/clock .*was set back by 3[56]\d\d s/);
  expect(endpoints.api).toBeTruthy();
  expect(Date.parse(readFileSync(join(folder, 'clock'), 'utf8'))).toBeLessThan(Date.parse(future));
  await other.stop();
});

test('it ends with a clear error if its DynamoDB ends', async () => {
  const other = new LocalStack();
  await other.start('--empty');
  const [dynamodb = 0] = childrenOf(other.pid, 'dynamodb-process.ts');
  process.kill(dynamodb, 'SIGKILL');
  for (let i = 0; i < 100 && !other.hasEnded; i++) await sleep(100);
  expect(other.hasEnded).toBe(true);
  expect(other.output).toContain(
    'The local DynamoDB has ended. Its tables are kept. Start again with the same options: npm start',
  );
  await other.stop();
});
