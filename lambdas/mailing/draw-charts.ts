import { type ChartWindow, THEMES, type Theme } from '../contracts/chart-options.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { type AlertMarks, alertMarks, NO_MARKS } from '../domain/alerts/alert-marks.ts';
import type { Digest } from '../domain/digest/digest.ts';
import type { MailChart } from '../domain/mail/chart-card.tsx';
import type { Base64Lines } from '../domain/mail/picture.ts';
import type { Series } from '../domain/prices/series.ts';
import type { PriceSnapshot } from '../pricing/price-snapshot.ts';
import type { TickerSnapshot } from '../pricing/ticker-snapshot.ts';
import type { FollowedSnapshot } from './read-followed.ts';

/** A picture of a mail with its content id. */
type Picture = { cid: string; filename: string; lines: Base64Lines };

/** Draws the charts of a mail in each theme that it needs. */
export async function drawCharts(
  snapshot: PriceSnapshot,
  { charts, theme }: Digest,
  shown: readonly FollowedSnapshot[],
  subscriber: Subscriber,
): Promise<(MailChart & { drawn: Picture[] })[]> {
  const byName = new Map(shown.map((one) => [one.name, one]));
  const themes = theme === 'auto' ? THEMES : [theme];
  const all = charts.flatMap(({ ticker, company, window, series }, i) => {
    const followed = byName.get(ticker);
    if (!followed) return [];
    const { snapshot: read, alsoAs = [] } = followed;
    const names = new Set([followed, ...alsoAs].flatMap((one) => [one.name, one.ticker]));
    const marks = read.known.now ? alertMarks(subscriber, names, read.known.now) : NO_MARKS;
    return [drawChart(snapshot, { ticker, company, read, series, window, marks }, themes, i + 1)];
  });
  return Promise.all(all);
}

type Wanted = {
  ticker: string;
  company: string;
  read: TickerSnapshot;
  series: Series;
  window: ChartWindow;
  marks: AlertMarks;
};

async function drawChart(
  snapshot: PriceSnapshot,
  { ticker, company, read, series, window, marks }: Wanted,
  themes: readonly Theme[],
  number: number,
): Promise<MailChart & { drawn: Picture[] }> {
  const charts = await Promise.all(
    themes.map(async (theme) => ({ theme, ...(await snapshot.chart(read, series, { window, theme, marks })) })),
  );
  const pictures = charts.flatMap(({ theme, lines }) =>
    lines
      ? [{ theme, cid: `chart-${number}-${theme}@closing-bell`, filename: `${fileName(ticker)}-${theme}.png`, lines }]
      : [],
  );
  // All or none: the mail shows one of them.
  const drawn = pictures.length === themes.length ? pictures : [];
  const [first] = charts;
  if (!first) throw new Error('Expected at least one theme.');
  return {
    ticker,
    company,
    window,
    caption: first.caption,
    pictures: Object.fromEntries(drawn.map(({ theme, cid }) => [theme, cid])),
    drawn: drawn.map(({ cid, filename, lines }) => ({ cid, filename, lines })),
  };
}

const fileName = (ticker: string): string => ticker.replace(/[^\p{L}\p{N}._-]/gu, '_');
