import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { addDays } from '../../lambdas/contracts/dates.ts';
import { signLink } from '../../lambdas/domain/links/link-token.ts';
import { type PlotLink, packPlotLink, plotLink, readPlotLink } from '../../lambdas/domain/links/plot-link.ts';
import { ADA, follow, withExamples } from '../support/api-examples.ts';
import type { ApiWorld } from '../support/api-world.ts';

const TODAY = '2023-04-03';

async function aWorld(): Promise<ApiWorld> {
  const world = await withExamples();
  world.now = Date.parse(`${TODAY}T20:00:00Z`);
  await follow(world, 'Ticker-1');
  return world;
}

const tokenFor = (world: ApiWorld, link: Partial<PlotLink> = {}) =>
  signLink(
    { current: 'key' },
    'plot',
    world.subscriberOf(ADA)?.subscriber ?? '',
    packPlotLink({ ...plotLink({ tickers: ['Ticker-1'], window: 90, asOf: TODAY }, TODAY), ...link }),
  );

const open = (world: ApiWorld, path: string, token: string) => world.ask(`${path}?token=${token}`, { claims: {} });

describe('a plot', () => {
  test('is one page without other files, with the closes inside, for a reader without an account', async () => {
    const world = await aWorld();
    const answer = await open(world, '/plot', tokenFor(world));
    const page = await answer.text();
    expect(answer.headers.get('content-disposition')).toBe('inline; filename="Ticker-1_plot.html"');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*script-src 'sha256-/);
    expect(page).not.toMatch(/(?:src|href)=/);
    const [, data = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
    expect(JSON.parse(data).plots).toMatchObject([
      {
        ticker: 'Ticker-1',
        rows: [
          ['2023-01-01', '95', ''],
          ['2023-04-01', '100', ''],
          ['2023-04-02', '95', ''],
        ],
      },
    ]);
  });

  test('shows several tickers, and the prices that the mail knew', async () => {
    const world = await aWorld();
    const page = await (
      await open(world, '/plot', tokenFor(world, { tickers: ['Ticker-1', 'Ticker-3'], asOf: '2023-04-01' }))
    ).text();
    const [, data = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? [];
    const plots: { ticker: string; rows: string[][] }[] = JSON.parse(data).plots;
    expect(plots.map(({ ticker, rows }) => `${ticker} ${rows.at(-1)?.[0]}`)).toEqual([
      'Ticker-1 2023-04-01',
      'Ticker-3 2023-04-01',
    ]);
  });

  test('has its data as CSV; the part before the @ names the file', async () => {
    const world = await aWorld();
    const answer = await open(world, '/plot.csv', tokenFor(world));
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="ada_Ticker-1.csv"');
    expect((await answer.text()).split('\r\n').slice(0, 2)).toEqual([
      'ticker,date,close,volume,note',
      'Ticker-1,2023-04-01,100,,',
    ]);
  });

  test('works for thirty days, and says then what to do', async () => {
    const world = await aWorld();
    const token = tokenFor(world);
    world.now = Date.parse(`${addDays(TODAY, 30)}T20:00:00Z`);
    expect((await open(world, '/plot', token)).status).toBe(200);
    world.now = Date.parse(`${addDays(TODAY, 31)}T20:00:00Z`);
    const answer = await open(world, '/plot', token);
    expect([answer.status, (await answer.json()).detail]).toEqual([
      410,
      'It worked up to 2023-05-03. Open it from a newer mail.',
    ]);
  });

  test.each([
    ['of another purpose', (world: ApiWorld) => tokenFor(world).replace(/[^.]*$/, 'x')],
    [
      'of an unsubscribe link',
      (world: ApiWorld) => signLink({ current: 'key' }, 'unsubscribe', world.subscriberOf(ADA)?.subscriber ?? ''),
    ],
    [
      'of nobody',
      () =>
        signLink(
          { current: 'key' },
          'plot',
          'nobody',
          packPlotLink(plotLink({ tickers: ['Ticker-1'], window: 90, asOf: TODAY }, TODAY)),
        ),
    ],
    ['that is nonsense', () => 'a.b.c'],
  ])('is not shown to a token %s', async (_what, tokenOf) => {
    const world = await aWorld();
    expect((await open(world, '/plot', tokenOf(world))).status).toBe(404);
  });

  test('ends with its subscriber', async () => {
    const world = await aWorld();
    const token = tokenFor(world);
    await world.ask('/me', { method: 'DELETE' });
    expect((await open(world, '/plot', token)).status).toBe(404);
  });
});

test('a link is read as it was packed, whatever its tickers are called', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 8 }), (tickers) => {
      const link = plotLink({ tickers, window: 90, asOf: TODAY }, TODAY);
      expect(readPlotLink(packPlotLink(link))).toEqual(link);
    }),
  );
  expect(['', 'x', packPlotLink({ tickers: [], window: 90, asOf: TODAY, until: TODAY })].map(readPlotLink)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('the script of the plot has no text that ends its element', () => {
  const scripts = [
    'lambdas/charts/plots/plot-script.js',
    'node_modules/lightweight-charts/dist/lightweight-charts.standalone.production.js',
  ];
  for (const script of scripts)
    expect(readFileSync(join(import.meta.dirname, '../..', script), 'utf8')).not.toMatch(/<\/script|<!--/i);
});
