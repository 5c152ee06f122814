import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Route } from '../../lambdas/contracts/api/route.ts';
import { factsOf, PROVIDER_NAMES } from '../../lambdas/contracts/collect.ts';
import { fileDueMessage } from '../../lambdas/contracts/file-due.ts';
import { lakeHintMessage } from '../../lambdas/contracts/lake-message.ts';
import { QUEUE_NAMES, QUEUES } from '../../lambdas/contracts/queue-names.ts';
import { refreshedOf } from '../../lambdas/contracts/refreshed.ts';
import { ROUTES } from '../../lambdas/contracts/routes.ts';
import { smokeTestMessage } from '../../lambdas/contracts/smoke-test.ts';
import { dropCloses } from '../../local/app/drop-closes.ts';
import type { Endpoints } from '../../local/app/endpoints.ts';
import { settled } from '../../local/app/settled.ts';
import { subscribe } from '../../local/app/subscribers.ts';
import { clientFor } from '../../local/engine/client-options.ts';
import { resolver } from '../../local/engine/intrinsics.ts';
import { readTemplate } from '../../local/engine/template.ts';
import { type Access, isAbout, rolesOf, type Statement } from '../../local/iam/roles.ts';
import { objectCreated } from '../support/drops.ts';
import { LocalStack } from '../support/local-stack.ts';
import { signIn } from '../support/sign-in.ts';
import { Store } from '../support/store.ts';

/** The roles of the template, compared with what the functions ask for in one run of everything: nothing missing, nothing unused. */

jest.setTimeout(300_000);

const stack = new LocalStack();
let endpoints: Endpoints;
let store: Store;
let token: string;

const OPERATOR = 'night@example.com';
const DAYS = ['2020-01-02', '2020-01-03', '2020-01-06', '2020-01-07', '2020-01-08'];
const TICKERS = Array.from({ length: 40 }, (_, i) => `T${i}`);
const fileOf = (date: string, close: number, tickers = TICKERS): string =>
  ['ticker,close,date,action', ...tickers.map((ticker, i) => `${ticker},${close + i},${date},I`)].join('\n');

async function ask(method: string, path: string, body?: unknown): Promise<Response> {
  const response = await fetch(`${endpoints.api}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(typeof body === 'object' && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  asked.add(routeOf(method, path));
  if (response.status >= 400) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

/** Routes that were asked. */
const asked = new Set<string>();
function routeOf(method: string, path: string): string {
  const [bare = ''] = path.split('?');
  const found = ROUTES.filter((route) => route.method === method).find((route) =>
    new RegExp(`^${route.path.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(bare),
  );
  return nameOf(found ?? { method: 'GET', path });
}
const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;

const condition = { kind: 'price', direction: 'above', threshold: '120' };
const alert = (ticker: string) => ({ ticker, condition, repeat: 'every' });

/** The link to a path in the last mail that has one. */
async function linkIn(address: string, part: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++, await sleep(100)) {
    const mails = await store.mailsTo(address);
    for (const { id } of mails.reverse()) {
      const html = await (await fetch(`${endpoints.inbox}/mail/${id}`)).text();
      const [, link] = new RegExp(`href="(http:[^"]*${part}\\?[^"]*)"`).exec(html) ?? [];
      if (link) return link.replace(endpoints.api, '').replaceAll('&amp;', '&');
    }
  }
  const subjects = (await store.mailsTo(address)).map(({ subject }) => subject);
  throw new Error(`Expected a link to ${part} in a mail to ${address}, found ${subjects.join('; ')}.`);
}

async function deliverPrices(): Promise<void> {
  await store.drop('2019-12-31_history.csv', fileOf('2019-12-31', 100).replaceAll(',I', ''));
  for (const [i, date] of DAYS.entries()) {
    await store.drop(`${date}_incremental.csv`, `${fileOf(date, 110 + i)}\nBAD,-1,${date},I`);
    await settled(endpoints);
  }
  // A correction, a file that is rejected, one that is cut off and held, and one that is in no queue's order.
  await store.drop('2020-01-06_incremental.csv', fileOf('2020-01-06', 150));
  await store.drop('2020-01-09_incremental.csv', 'nonsense');
  await store.drop('2020-01-08_incremental.csv', fileOf('2020-01-08', 114, TICKERS.slice(0, 4)));
  for (const close of [1, 2]) {
    await store.mail('2020-01-08_incremental.csv', fileOf('2020-01-08', close, ['MAIL-1']));
    await settled(endpoints);
  }
  await settled(endpoints);
}

async function subscribeAndAlert(): Promise<void> {
  await ask('PUT', '/subscriptions/T0', {});
  await ask('POST', '/subscriptions', { tickers: ['T1', 'T2', 'T3'] });
  await ask('DELETE', '/subscriptions/T3');
  for (const ticker of ['T0', 'T1', 'T2']) await ask('POST', '/alerts', alert(ticker));
  const { alerts } = await (await ask('GET', '/alerts')).json();
  const [{ id }] = alerts;
  await ask('POST', '/alerts/preview', { ticker: 'T0', condition });
  for (const path of ['', '/history']) await ask('GET', `/alerts/${id}${path}`);
  await ask('PUT', `/alerts/${id}`, { ...alert('T0'), condition: { ...condition, threshold: '2' } });
  await ask('PUT', `/alerts/${id}/mute`, { until: null });
  await ask('DELETE', `/alerts/${id}`);
  await ask('PUT', '/me', { theme: 'auto' });
}

async function operate(): Promise<void> {
  const day = '/deliveries/2020-01-07.incremental';
  for (const command of ['revoke', 'replay']) {
    await ask('POST', `${day}/${command}`);
    await settled(endpoints);
  }
  await ask('POST', '/deliveries/2020-01-08.incremental/release');
  await ask('GET', `${day}/quarantine`);
  await ask('POST', '/tickers/T5/splits', { date: '2020-01-07', ratio: '2:1' });
  await settled(endpoints);
  await ask('DELETE', '/tickers/T5/splits/2020-01-07');
  await ask('POST', '/tickers/T6/rename', { to: 'NEW6', date: '2020-01-07' });
  await settled(endpoints);
  await ask('DELETE', '/tickers/T6/rename');
  const profile = { basedOn: 0, profile: {} };
  // This upload never came.
  await expect(ask('POST', `/deliveries/try?name=2020-01-07_incremental.csv&upload=${randomUUID()}`)).rejects.toThrow(
    '404',
  );
  await ask('PUT', '/profile?feed=eu', profile);
  const upload = await (await ask('POST', '/deliveries/try/uploads')).json();
  await fetch(upload.url, { method: 'PUT', body: fileOf('2020-01-07', 1) });
  await ask('POST', `/deliveries/try?name=eu/2020-01-07_incremental.csv&upload=${upload.upload}`);
  await ask('POST', '/deliveries/try?name=eu/2020-01-07_incremental.csv', fileOf('2020-01-07', 1));
  await store.drop('eu/2020-01-07_incremental.csv', fileOf('2020-01-07', 1, ['EU-1']));
  const { url, fields } = await (await ask('POST', '/uploads', { name: 'uk/2020-01-07_incremental.csv' })).json();
  const form = new FormData();
  for (const [name, value] of Object.entries<string>(fields)) form.append(name, value);
  form.append('file', new Blob([fileOf('2020-01-07', 1, ['UK-1'])]));
  expect((await fetch(url, { method: 'POST', body: form })).status).toBeLessThan(300);
  for (const provider of PROVIDER_NAMES.filter((name) => factsOf(name).datasets.includes('prices'))) {
    const planned = { provider, dataset: 'prices', subjects: ['META'] };
    const { run } = await (await ask('POST', '/collectors/runs', planned)).json();
    await settled(endpoints);
    await ask('POST', `/collectors/${provider}/runs/${run}/again`);
  }
  await settled(endpoints);
}

/** One message that nothing can read in each queue, and one that cannot be handled; then operators send them back. */
async function failAndRedrive(): Promise<void> {
  const client = new SQSClient(clientFor(endpoints.sqs));
  for (const name of QUEUE_NAMES) {
    const QueueUrl = endpoints.resources[`${QUEUES[name].path}-Queue`];
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"nonsense": true}' }));
  }
  client.destroy();
  await settled(endpoints);
  await ask('GET', '/queues');
  for (const name of QUEUE_NAMES) await ask('POST', `/queues/${name}/redrive`);
  await settled(endpoints);
}

async function read(): Promise<void> {
  const day = '/deliveries/2020-01-07.incremental';
  const paths = ['/me', '/me/preview', '/subscriptions', '/watchlist', '/tickers?search=T', '/tickers/T5/declarations'];
  const own = [
    '/tickers/T0/prices',
    '/tickers/T0/chart.png',
    '/tickers/T0/facts',
    '/collectors',
    '/feeds',
    '/docs',
    '/',
  ];
  const night = ['/deliveries', day, `${day}/mails`, '/profile?feed=eu', '/openapi.json'];
  for (const path of [...paths, ...own, ...night]) await ask('GET', path);
  await ask('POST', '/me/preview');
  const { without } = await (await ask('GET', '/deliveries/2020-01-02.incremental/mails')).json();
  await ask('GET', `/subscribers/${without[0]?.subscriber ?? 'none'}`);
}

async function followLinks(): Promise<void> {
  // Only closes after today fire an alert that was made today.
  await dropCloses(endpoints, ['T1=130', 'T2=130']);
  await settled(endpoints);
  await ask('POST', '/subscribers', { address: 'eve@example.com', tickers: [{ ticker: 'T0' }] });
  const links = [
    await linkIn('eve@example.com', '/confirm'),
    await linkIn(OPERATOR, '/mute-alert'),
    await linkIn(OPERATOR, '/delete-alert'),
    await linkIn(OPERATOR, '/unsubscribe'),
  ];
  for (const link of links) for (const method of ['HEAD', 'GET', 'POST']) await ask(method, link);
  for (const part of ['/plot', '/plot.csv']) {
    const link = await linkIn(OPERATOR, part);
    for (const method of ['HEAD', 'GET']) await ask(method, link);
  }
}

/** What schedules send: the week has ended, a file is due, and a smoke test. */
async function ring(): Promise<void> {
  const client = new SQSClient(clientFor(endpoints.sqs));
  const send = async (queue: string, message: object) =>
    client.send(new SendMessageCommand({ QueueUrl: endpoints.resources[queue], MessageBody: JSON.stringify(message) }));
  await ask('PUT', '/me', { mails: 'weekly' });
  await send('Ingest-Refreshed-Queue', { weekly: '2020-01-11T13:00:00Z' });
  await send('Drop-Deliveries-Queue', smokeTestMessage(new Date().toISOString()));
  await send(
    'Drop-Deliveries-Queue',
    fileDueMessage({ feed: 'gone', exchange: 'NYSE', due: '18:00', nextDay: false }, {}),
  );
  client.destroy();
  await settled(endpoints);
}

/** Messages that fail, and are tried again later: a file of another bucket, and a revision without its records. */
async function failForAWhile(): Promise<void> {
  const client = new SQSClient(clientFor(endpoints.sqs));
  const send = async (queue: string, message: object) =>
    client.send(new SendMessageCommand({ QueueUrl: endpoints.resources[queue], MessageBody: JSON.stringify(message) }));
  const object = { key: '2020-01-09_incremental.csv', etag: 'e'.repeat(32), size: 1, sequencer: '1' };
  const event = objectCreated('2020-01-09T12:00:00Z', object);
  await send('Drop-Deliveries-Queue', { ...event, detail: { ...event.detail, bucket: { name: FOREIGN } } });
  await send('Drop-Deliveries-Queue', {
    ...event,
    detail: { bucket: { name: endpoints.dropBucket }, object: { ...object, key: 'gone/2020-01-09_incremental.csv' } },
  });
  await send('MailedFiles-Mails-Queue', { ...event, detail: { ...event.detail, object: { ...object, key: 'gone' } } });
  const revision = { delivery: '2020-01-09.incremental', revision: 'none', knownAt: '2020-01-09T12:00:00.000Z' };
  await send('Ingest-Refreshed-Queue', refreshedOf(revision));
  await send('Lake-Reports-Queue', lakeHintMessage('deliveries/2020-01-09.incremental/none/report.json'));
  client.destroy();
  const isDone = (made: Recorded[]) =>
    made.filter(({ access }) => access.action === 'sqs:ChangeMessageVisibility').length >= 3 &&
    made.some(
      ({ caller, access }) =>
        caller.includes('Ingest') &&
        access.action === 's3:ListBucket' &&
        access.resource.endsWith(endpoints.dropBucket),
    );
  for (let tries = 0; tries < 150 && !isDone(readDecisions()); tries++) await sleep(200);
}

/** A bucket that no role names. */
const FOREIGN = 'somebody-elses-bucket';
type Recorded = { caller: string; access: Access; allowed: boolean };

const readDecisions = (): Recorded[] =>
  readFileSync(join(stack.state, 'iam-decisions.tsv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [caller = '', action = '', resource = '', decision] = line.split('\t');
      const context = action.startsWith('ses:Send') ? { 'ses:FromAddress': 'digest@example.com' } : {};
      return { caller, access: { action, resource, context }, allowed: decision === 'allowed' };
    });

let statements: ReadonlyMap<string, readonly Statement[]>;
let decisions: Recorded[];

beforeAll(async () => {
  endpoints = await stack.start('--empty', '--collect', '--enforce-iam');
  store = new Store(endpoints);
  token = await signIn(endpoints, OPERATOR);
  await subscribe(endpoints, 'bounce@simulator.amazonses.com', ['T0'], { window: 30 });
  await store.drop('2019-12-31_history.csv', fileOf('2019-12-31', 100));
  await settled(endpoints);
  await subscribeAndAlert();
  await deliverPrices();
  await operate();
  await read();
  await followLinks();
  await ring();
  await failAndRedrive();
  await ask('DELETE', '/me');
  await settled(endpoints);
  await failForAWhile();
  const template = readTemplate(join(stack.state, 'cdk.out'), 'ClosingBell');
  statements = rolesOf(template, resolver(template, endpoints));
  decisions = readDecisions();
});
afterAll(async () => {
  store.close();
  await stack.stop();
});

test('the run asked every route', () => {
  expect(ROUTES.map(nameOf).filter((route) => !asked.has(route))).toEqual([]);
});

test('no request of a function was refused, but that for a file of a bucket that its role does not name', () => {
  const refused = decisions
    .filter(({ allowed }) => !allowed)
    .map(({ caller, access }) => `${caller} ${access.resource}`);
  expect(refused).toEqual([`ClosingBell-Ingest-Ingest-Function arn:aws:s3:::${FOREIGN}/2020-01-09_incremental.csv`]);
  expect([...new Set(decisions.map(({ caller }) => caller))].sort()).toEqual([...statements.keys()].sort());
});

/** Permissions that this run cannot need, each with the reason. */
const NOT_HERE: [RegExp, string][] = [
  [/ (?:logs|xray):/, 'Lambda writes logs and traces itself'],
  [
    /(?:Ingest|Receive|Collect|Lake|FanOut|Feedback)-Function sqs:(?:ReceiveMessage|DeleteMessage|GetQueueAttributes|GetQueueUrl) \S+-Queue$/,
    'Lambda reads the queue itself',
  ],
  [/ s3:(?:GetObjectVersion|ListBucketVersions) /, 'the emulator keeps no versions'],
  [/Collect-Function secretsmanager:GetSecretValue /, 'the recorded vendor needs no key'],
  [
    /(?:Collect-Function|Lake-Function|FanOut-Function) sqs:SendMessage \S+-Queue$/,
    'only a run that is longer than an invocation is handed on',
  ],
  [
    /(?:Collect|Feedback|Receive)-Function sqs:ChangeMessageVisibility /,
    'nothing makes their messages fail for a while',
  ],
  [/Api-Function sqs:ChangeMessageVisibility /, 'only if a dead letter cannot be sent back'],
  [/Lake-Function s3:ListBucket \S+lake/, 'only if a file of the lake is missing'],
  [/Charts-Function s3:ListBucket /, 'only if a change list is missing'],
  [
    /FanOut-Function dynamodb:(?:DeleteItem|GetItem) \S+Ledger/,
    'only if a subscriber is erased, or an alert was told, meanwhile',
  ],
  [/Ingest-Function dynamodb:Query \S+Prices-Table/, 'only if an invocation ended while it applied a revision'],
  [/Feedback-Function dynamodb:Query \S+Ledger/, 'only if a mailbox is full or busy for a while'],
];

test('each action of each role was needed on each of its resources', () => {
  const unused = [...statements].flatMap(([caller, own]) =>
    own.flatMap((statement) =>
      statement.Action.flatMap((action) =>
        statement.Resource.filter((resource) => {
          const one = { ...statement, Action: [action], Resource: [resource] };
          return !decisions.some((made) => made.caller === caller && made.allowed && isAbout(one, made.access));
        }).map((resource) => `${caller} ${action} ${resource}`),
      ),
    ),
  );
  expect(unused.filter((one) => !NOT_HERE.some(([pattern]) => pattern.test(one)))).toEqual([]);
  const needless = NOT_HERE.filter(([pattern]) => !unused.some((one) => pattern.test(one))).map(([, why]) => why);
  expect({ needless }).toEqual({ needless: [] });
});
