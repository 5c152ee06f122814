import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { pricesTable } from '../../lambdas/adapters/prices-table.ts';
import { recordsBucket } from '../../lambdas/adapters/records-bucket.ts';
import { subscribersTable } from '../../lambdas/adapters/subscribers-table.ts';
import { csvOf, plotsOf, readSeries, teamOf } from '../../lambdas/charts/plots/plot-data.ts';
import { plotPage } from '../../lambdas/charts/plots/plot-page.ts';
import type { Subscriber } from '../../lambdas/contracts/subscriber.ts';
import { commandLine } from '../command-line.ts';
import { runningStack, STACK_OPTIONS } from '../running-stack.ts';
import { SUSPECT_MOVE } from '../stages.ts';

const USAGE = `Usage: npm run plots -- [--aws | --state DIR]

Writes an interactive page of each followed ticker and the data of each subscriber's charts to the records bucket:
plots/TICKER_plot.html and teams/TEAM/TICKER.csv, where TEAM is the part of the address before the @. Addresses with the same
TEAM share its files, with the longest window. Deletes the files of an earlier run that this one did not write.`;

const ROOT = join(import.meta.dirname, '../..');
const PAGE = 100;

await commandLine(USAGE, async () => {
  const { values } = parseArgs({ options: STACK_OPTIONS });
  const { dynamodb, s3, resource } = await runningStack(values);
  const prices = pricesTable(dynamodb, resource('Prices-Prices'));
  const subscribers = subscribersTable(dynamodb, resource('Subscribers-Subscribers'));
  const bucket = resource('Ingest-Records');
  const records = recordsBucket(s3, bucket);
  const scripts = {
    library: readFileSync(
      join(ROOT, 'node_modules/lightweight-charts/dist/lightweight-charts.standalone.production.js'),
      'utf8',
    ),
    own: readFileSync(join(ROOT, 'lambdas/charts/plots/plot-script.js'), 'utf8'),
  };
  const pages = new Set<string>();
  /** Key of a team's file → window (days) of its data. */
  const files = new Map<string, number>();

  /** Writes what one subscriber follows. Names are escaped: one may contain a slash. */
  const write = async (subscriber: Subscriber): Promise<void> => {
    const team = encodeURIComponent(teamOf(subscriber));
    for (const [asked, { window }] of Object.entries(subscriber.tickers)) {
      const found = await readSeries({ prices }, { suspectMove: SUSPECT_MOVE }, { tickers: [asked] });
      const [plotted] = found;
      if (!plotted) continue;
      const ticker = encodeURIComponent(plotted.ticker);
      const file = `teams/${team}/${ticker}.csv`;
      if ((files.get(file) ?? 0) < window) {
        await records.put(file, csvOf(found, window), 'text/csv; charset=utf-8');
        files.set(file, window);
      }
      const page = `plots/${ticker}_plot.html`;
      if (pages.has(page)) continue;
      pages.add(page);
      const html = String(await plotPage(plotsOf(found), plotted.series.last.date, scripts));
      await records.put(page, html, 'text/html; charset=utf-8');
    }
  };

  for (let after: string | undefined; ; ) {
    const page = await subscribers.scanPage({ scanSegment: 0, totalScanSegments: 1, after }, PAGE);
    for (const subscriber of page.subscribers.filter(({ state }) => state === 'active')) await write(subscriber);
    after = page.after;
    if (!after) break;
  }
  // Of subscribers who left, and tickers that nobody follows now.
  for (const key of [...(await records.list('plots/')), ...(await records.list('teams/'))]) {
    if (!pages.has(key) && !files.has(key)) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }
  console.log(`${pages.size} plots and ${files.size} files of teams in the records bucket`);
});
