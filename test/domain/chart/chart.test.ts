import { chartModel } from '../../../lambdas/domain/chart/chart-model.ts';
import { chartRenderer } from '../../../lambdas/domain/chart/render-chart.ts';
import { GOLDEN_CHARTS, slipped } from '../../golden/charts.ts';
import { expectGoldenPicture } from '../../golden/compare.ts';
import { FONT_FILES, renderChart } from '../../support/charts.ts';
import { aSeries, dailyCloses, walk } from '../../support/series.ts';

test.each(GOLDEN_CHARTS.map((chart) => [chart.name, chart] as const))('%s', async (name, { model, form }) => {
  await expectGoldenPicture(name, await renderChart(model, form));
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
