import fc from 'fast-check';
import type { FoundFile } from '../../lambdas/adapters/mailed-files.ts';
import type { StoredMail } from '../../lambdas/contracts/mailed-files.ts';
import { logReceived } from '../../lambdas/receive/log-received.ts';
import { receiveMail } from '../../lambdas/receive/receive-mail.ts';
import { aMail, SENDERS } from '../support/mails.ts';
import { memoryMailedFiles } from '../support/memory/mailed-files.ts';

const KEY = 'mailed/2020-01-10_history.csv';
const NAME = '2020-01-10_history.csv';

/** A drop bucket and stored mails in memory. */
class World {
  readonly mails = new Map<string, string>();
  readonly files = new Map<string, FoundFile & { content: string }>();
  now = '';
  uploads = 0;
  lastUploaded = '';

  readonly ports = {
    mails: {
      read: async (key: string) => {
        const raw = this.mails.get(key);
        return raw === undefined ? undefined : Buffer.from(raw);
      },
    },
    files: memoryMailedFiles({
      newest: () => this.files.values(),
      upload: (key, content, mail) => this.upload(key, content.toString(), mail),
    }),
  };

  upload(key: string, content: string, mail?: string): void {
    this.lastUploaded = content;
    this.files.set(key, { key, etag: `${++this.uploads}`, uploadedAt: this.now, mail, content });
  }

  store(key: string, second: number, content: string, name = NAME): StoredMail {
    const raw = aMail({ files: { [name]: content } });
    this.mails.set(key, raw);
    return { key, size: raw.length, receivedAt: at(second) };
  }

  receive = (mail: StoredMail) => receiveMail(this.ports, SENDERS, mail);
}
const at = (second: number): string => new Date(Date.parse('2020-01-10T22:00:00Z') + second * 1000).toISOString();

test('mails in any order, as often as SQS likes: the file of the last one is current', async () => {
  const mail = fc.record({
    second: fc.nat(3),
    content: fc.constantFrom('a', 'b', 'c'),
    // One delivery, whatever its suffix.
    name: fc.constantFrom(NAME, `${NAME}.gz`, '2020-01-10_HISTORY.tsv'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(mail, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(4)), async (sent, order) => {
      const world = new World();
      const stored = sent.map(({ second, content, name }, i) => ({
        content,
        ...world.store(`m${i}`, second, content, name),
      }));
      const last = [...stored].sort((a, b) => (`${a.receivedAt} ${a.key}` < `${b.receivedAt} ${b.key}` ? 1 : -1))[0];
      world.now = at(60);
      for (const one of [...order.flatMap((i) => stored[i] ?? []), ...stored]) await world.receive(one);
      // Ingest takes the file that was uploaded last.
      expect(world.lastUploaded).toBe(last?.content);
      // Each one is uploaded at most once.
      expect(world.uploads).toBeLessThanOrEqual(sent.length);
    }),
  );
});

test('a file that was uploaded after the mail came stays, an earlier one is replaced', async () => {
  const world = new World();
  const mail = world.store('m1', 10, 'mailed');
  world.now = at(11);
  world.upload(KEY, 'uploaded later');
  expect(await world.receive(mail)).toEqual({
    status: 'received',
    feed: 'mailed',
    uploaded: [],
    overtaken: [KEY],
    passedOver: [],
  });
  world.now = at(9);
  world.upload(KEY, 'uploaded before');
  expect(await world.receive(mail)).toEqual({
    status: 'received',
    feed: 'mailed',
    uploaded: [KEY],
    overtaken: [],
    passedOver: [],
  });
  expect(world.files.get(KEY)?.content).toBe('mailed');
});

test('a file that is replaced between the look and the upload makes the mail wait for its next try', async () => {
  const world = new World();
  const mail = world.store('m1', 10, 'mailed');
  const { find } = world.ports.files;
  world.ports.files.find = async (key) => {
    const found = await find(key);
    world.upload(key, 'meanwhile');
    return found;
  };
  await expect(world.receive(mail)).rejects.toThrow('was replaced by another file meanwhile');
});

test.each([
  ['a file', { from: 'prices@vendor.example', files: { [NAME]: 'x' } }, 'info vendor mail received', 'MailsReceived'],
  ['no file', { files: {} }, 'warn vendor mail refused', 'MailsRefused'],
  ['a stranger', { from: 'x@evil.example', files: { [NAME]: 'x' } }, 'info mail of a stranger', 'MailsOfStrangers'],
])('%s is logged and counted, without an address', async (_what, parts, line, metric) => {
  const world = new World();
  const raw = aMail(parts);
  world.mails.set('m1', raw);
  const mail = { key: 'm1', size: raw.length, receivedAt: at(0) };
  const lines: string[] = [];
  const log =
    (level: string) =>
    (message: unknown, ...data: unknown[]) =>
      void lines.push(`${level} ${message} ${JSON.stringify(data)}`);
  const counted: string[] = [];
  logReceived(mail, await world.receive(mail), {
    logger: { info: log('info'), warn: log('warn') },
    metrics: { addMetric: (name) => void counted.push(name) as never },
  });
  expect(lines.join()).toContain(line);
  expect(lines.join()).not.toContain('@');
  expect(counted).toEqual([metric]);
});

test('a mail that is too large, or gone, uploads nothing', async () => {
  const world = new World();
  const mail = { key: 'm1', size: 42_000_001, receivedAt: at(0) };
  expect(await world.receive(mail)).toMatchObject({ status: 'refused', refused: { found: '42000001' } });
  expect(await world.receive({ ...mail, size: 10 })).toEqual({ status: 'gone' });
});
