import { chartModel } from '../../../lambdas/domain/chart/chart-model.ts';
import { chartRenderer } from '../../../lambdas/domain/chart/render-chart.ts';
import type { Observation } from '../../../lambdas/domain/prices/fold.ts';
import { expectGoldenPicture } from '../../golden/compare.ts';
import { FONT_FILES, renderChart } from '../../support/charts.ts';
import { aSeries, dailyCloses, walk } from '../../support/series.ts';

const volumes = (observations: Observation[]) =>
  observations.map((o, i) => ({ ...o, volume: String(Math.round(1e6 * (1 + Math.abs(Math.sin(i * 3))))) }));
const trading = (observations: Observation[]) =>
  observations.filter(({ date }) => ![0, 6].includes(new Date(date).getUTCDay()));

function slipped(): Observation[] {
  const observations = dailyCloses(walk(150));
  const at = (i: number, changes: Partial<Observation>) => Object.assign(observations[i] ?? {}, changes);
  at(100, { close: '1003.5' });
  at(130, { corrects: '10.5' });
  observations.splice(70, 25);
  return observations;
}

test.each([
  ['chart-365-light', volumes(trading(dailyCloses(walk(460, 222)))), 365, 'light'],
  ['chart-365-dark', trading(dailyCloses(walk(460, 222))), 365, 'dark'],
  ['chart-90-light', trading(dailyCloses(walk(200, 80))), 90, 'light'],
  ['chart-30-dark', volumes(trading(dailyCloses(walk(120, 234).toReversed()))), 30, 'dark'],
  ['chart-1-point', dailyCloses([42]), 90, 'light'],
  ['chart-2-points', dailyCloses([100, 104]), 30, 'light'],
  ['chart-10000-points', dailyCloses(walk(10_000, 500, 0.04)), 10_000, 'light'],
  ['chart-flat', dailyCloses(Array(80).fill('50')), 90, 'light'],
  ['chart-penny', dailyCloses(walk(80, 31).map((close) => (Number(close) / 10_000).toFixed(6))), 90, 'light'],
  ['chart-six-digits', dailyCloses(walk(80, 523_456)), 90, 'dark'],
  ['chart-suspect-corrected-gap', slipped(), 365, 'light'],
  ['chart-last-suspect', dailyCloses([...walk(20), '1110']), 30, 'dark'],
] as const)('%s', async (name, observations, window, theme) => {
  await expectGoldenPicture(name, await renderChart(chartModel(aSeries([...observations]), window, theme), 'mail'));
});

test('chart-long-names', async () => {
  const long = dailyCloses([
    ...volumes(dailyCloses(walk(60))).map(({ close }) => `123456${close}12345`),
    '99999999999.123456',
  ]);
  const series = aSeries(long, 'WWWWWWWWWW-LONGEST-TICKER-OF-ALL');
  await expectGoldenPicture(
    'chart-long-names',
    await renderChart(
      chartModel(series, 365, 'light', { company: 'The Longest Company Name of All Markets, Incorporated' }),
      'alone',
    ),
  );
});

test('chart-east-asian', async () => {
  const series = aSeries(dailyCloses(walk(60)), '＊ＳＴ１ 東証 中株 あカ');
  await expectGoldenPicture('chart-east-asian', await renderChart(chartModel(series, 90, 'light'), 'alone'));
});

test('the same chart is the same bytes, also after others were drawn', async () => {
  const model = chartModel(aSeries(dailyCloses(walk(100))), 90, 'light');
  const first = await renderChart(model, 'mail');
  const [again] = await Promise.all([
    renderChart(model, 'mail'),
    renderChart(chartModel(aSeries(dailyCloses([1])), 90, 'dark'), 'mail'),
  ]);
  expect(again.equals(first)).toBe(true);
});

test('without a font it is an error, not a chart without text', () => {
  expect(() => chartRenderer({ ...FONT_FILES, inter: '/no/such/font.woff2' })).toThrow(
    'Expected a font for the charts at /no/such/font.woff2',
  );
});

describe('the model', () => {
  test('breaks lines at missing days and at suspects', () => {
    const { line, points, suspects } = chartModel(aSeries(slipped()), 365, 'light');
    expect(line.filter(({ y }) => Number.isNaN(y))).toHaveLength(1);
    expect(suspects.map(({ text }) => text)).toEqual(['1,003.50']);
    expect(points.some(({ y }) => y === 1003.5)).toBe(false);
  });

  test('has a text alternative', () => {
    const { description } = chartModel(aSeries(dailyCloses([100, 105, 1110])), 30, 'light');
    expect(description).toBe(
      'AAPL, since 8 Jan 2020: last close 1,110.00 on 10 Jan 2020 (suspect); high 105.00, low 100.00.',
    );
  });

  test('has no direction for a change that is written as zero', () => {
    const of = (closes: string[]) => chartModel(aSeries(dailyCloses(closes)), 30, 'light');
    expect(of(['100', '101', '100.001'])).toMatchObject({ direction: 'flat', changeText: '±0.00 %' });
    expect([of(['100', '101']).direction, of(['100', '99']).direction]).toEqual(['up', 'down']);
  });

  test('has an average only from its 20th and 50th close on', () => {
    const { sma20, sma50 } = chartModel(aSeries(dailyCloses(walk(30))), 365, 'light');
    expect([sma20, sma50].map((average) => average.filter(({ y }) => !Number.isNaN(y)).length)).toEqual([11, 0]);
  });
});
