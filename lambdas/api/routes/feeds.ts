import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { newestProfile, saveProfile } from '../../adapters/profiles.ts';
import { profileBody, profileQuery, tryQuery } from '../../contracts/api/feeds.ts';
import { type DeliveryId, deliveryOfKey, feedProblem } from '../../contracts/delivery-id.ts';
import { profile as profileSchema } from '../../contracts/profile.ts';
import { MAX_BODY_BYTES, MAX_UPLOAD_BYTES } from '../../contracts/try-limits.ts';
import { fileDateProblem } from '../../domain/delivery/file-date.ts';
import { nameProblem } from '../../domain/delivery/file-name.ts';
import { fold } from '../../domain/prices/fold.ts';
import { NO_PROFILE, type VersionedProfile } from '../../domain/vendor-file/reading-file.ts';
import { type Tried, type TriedFile, tryFile, wholeFile } from '../../domain/vendor-file/try-file.ts';
import { readTicker } from '../../pricing/read-ticker.ts';
import { concurrently } from '../../runtime/concurrently.ts';
import { callerOf, type Http } from '../../runtime/http/caller.ts';
import { jsonBody, Problem, parse } from '../../runtime/http/problem.ts';
import { feedsView } from '../feeds-view.ts';
import type { ApiPorts, ApiSettings } from '../ports.ts';

/** Tickers whose current prices are compared, and rows that are shown. */
const COMPARED_TICKERS = 50;
const SHOWN_ROWS = 20;
const QUERIES_AT_ONCE = 10;

/** Operators set how the files of a feed are read, and try a file without applying it. */
export function feedRoutes(app: Hono<Http>, ports: ApiPorts, settings: ApiSettings): void {
  app.get('/feeds', async (context) => {
    const { records } = await ports.deliveries.all();
    return context.json(feedsView(settings, records, ports.now()));
  });

  app.get('/profile', async (context) => {
    const feed = feedOf(context);
    const stored = await newestProfile(ports.records, feed);
    return context.json(stored ?? { feed, ...NO_PROFILE });
  });

  app.put('/profile', async (context) => {
    const feed = feedOf(context);
    const { basedOn, profile } = parse(profileBody, await jsonBody(context), 'body');
    const newest = (await newestProfile(ports.records, feed))?.version ?? 0;
    const savedAt = new Date(ports.now()).toISOString();
    const next = { feed, version: basedOn + 1, savedAt, savedBy: callerOf(context).subscriber, profile };
    if (basedOn !== newest || !(await saveProfile(ports.records, next)))
      throw new Problem(
        409,
        'Changed meanwhile',
        `Expected a change of the newest version, found one of version ${basedOn}. Load the profile again.`,
      );
    return context.json(next);
  });

  app.post('/deliveries/try/uploads', async (context) => {
    const upload = randomUUID();
    return context.json({ upload, url: await ports.tried.uploadUrl(upload) }, 201);
  });

  app.post('/deliveries/try', async (context) => {
    const { name, profile, upload } = parse(tryQuery, context.req.query(), 'query');
    const delivery = deliveryOfKey(name);
    if (!delivery) {
      const { expected, found } = nameProblem(name);
      throw new Problem(400, 'Unknown name', `Expected ${expected}; found ${found}.`);
    }
    const problem = fileDateProblem(delivery, new Date(ports.now()).toISOString());
    if (problem) throw new Problem(400, 'Unknown name', `Expected ${problem.expected}; found ${problem.found}.`);
    const file = upload === undefined ? bodyOf(await context.req.arrayBuffer()) : await uploaded(ports, upload);
    const tried = await tryFile(file, delivery, {
      maxRejectedShare: settings.maxRejectedShare,
      maxFileBytes: settings.maxFileBytes,
      profile: await profileToTry(ports, delivery, profile),
    });
    const { observations, deletions: _deletions, retired: _retired, ...found } = tried;
    const changes = await changesOf(ports, tried);
    return context.json({ ...found, observations: observations.slice(0, SHOWN_ROWS), changes });
  });
}

function bodyOf(buffer: ArrayBuffer): TriedFile {
  if (buffer.byteLength > MAX_BODY_BYTES)
    throw new Problem(
      413,
      'Too large',
      'Expected at most 4.5 MB in a request. Upload it: POST /deliveries/try/uploads.',
    );
  return wholeFile(new Uint8Array(buffer));
}

async function uploaded({ tried }: ApiPorts, id: string): Promise<TriedFile> {
  const file = await tried.read(id);
  if (!file)
    throw new Problem(404, 'Unknown upload', 'There is no such file. It is removed after a day: upload it again.');
  if (file.size > MAX_UPLOAD_BYTES)
    throw new Problem(413, 'Too large', 'Expected at most 50 MB. Use npm run try, which reads larger files.');
  return file;
}

/** @throws Problem if it cannot be a feed */
function feedOf(context: Context<Http>): string {
  const { feed } = parse(profileQuery, context.req.query(), 'query');
  const fault = feedProblem(feed);
  if (fault) throw new Problem(400, 'Unknown feed', `Expected ${fault}.`);
  return feed;
}

async function profileToTry(
  { records }: ApiPorts,
  { feed }: DeliveryId,
  given: string | undefined,
): Promise<VersionedProfile> {
  if (given === undefined) return (await newestProfile(records, feed)) ?? NO_PROFILE;
  return { version: 0, profile: parse(profileSchema, jsonOf(given), 'profile') };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'Bad request', 'Expected a profile as JSON, found something else.');
  }
}

/** What an upload would change in the current prices of the file's first tickers. */
async function changesOf({ prices }: ApiPorts, { observations, deletions }: Tried) {
  const deleted = deletions.map((row) => ({ ...row, close: undefined }));
  const byTicker = Map.groupBy([...observations, ...deleted], ({ ticker }) => ticker);
  const compared = [...byTicker].slice(0, COMPARED_TICKERS);
  const counts = { added: 0, changed: 0, unchanged: 0, deleted: 0 };
  await concurrently(compared, QUERIES_AT_ONCE, async ([ticker, rows]) => {
    const { current } = await readTicker(prices, ticker, '0');
    const closes = new Map(fold(ticker, current).map(({ date, close }) => [date, close]));
    for (const { date, close } of rows) {
      const change = changeOf(closes.get(date), close);
      if (change) counts[change]++;
    }
  });
  return { tickers: compared.length, ...counts, isAll: compared.length === byTicker.size };
}

function changeOf(before: string | undefined, after: string | undefined) {
  if (after === undefined) return before === undefined ? undefined : 'deleted';
  if (before === undefined) return 'added';
  return before === after ? 'unchanged' : 'changed';
}
