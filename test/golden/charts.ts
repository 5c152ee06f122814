import { type ChartModel, chartModel } from '../../lambdas/domain/chart/chart-model.ts';
import type { Observation } from '../../lambdas/domain/prices/fold.ts';
import { aSeries, dailyCloses, walk } from '../support/series.ts';

const volumes = (observations: Observation[]) =>
  observations.map((o, i) => ({ ...o, volume: String(Math.round(1e6 * (1 + Math.abs(Math.sin(i * 3))))) }));
const trading = (observations: Observation[]) =>
  observations.filter(({ date }) => ![0, 6].includes(new Date(date).getUTCDay()));

/** A series with a gap, a suspect close and a corrected one. */
export function slipped(): Observation[] {
  const observations = dailyCloses(walk(150));
  const at = (i: number, changes: Partial<Observation>) => Object.assign(observations[i] ?? {}, changes);
  at(100, { close: '1003.5' });
  at(130, { corrects: '10.5' });
  observations.splice(70, 25);
  return observations;
}

const IN_MAILS = [
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
] as const;

function* inMails(): Generator<GoldenChart> {
  for (const [name, observations, window, theme] of IN_MAILS)
    yield { name, model: chartModel(aSeries([...observations]), window, theme), form: 'mail' };
}

function longNames(): ChartModel {
  const long = dailyCloses([
    ...volumes(dailyCloses(walk(60))).map(({ close }) => `123456${close}12345`),
    '99999999999.123456',
  ]);
  const series = aSeries(long, 'WWWWWWWWWW-LONGEST-TICKER-OF-ALL');
  return chartModel(series, 365, 'light', { company: 'The Longest Company Name of All Markets, Incorporated' });
}

export type GoldenChart = { name: string; model: ChartModel; form: 'mail' | 'alone' };

/** Every chart that has a golden picture: test/golden/{name}.png. */
export const GOLDEN_CHARTS: readonly GoldenChart[] = [
  ...inMails(),
  { name: 'chart-long-names', model: longNames(), form: 'alone' },
  {
    name: 'chart-east-asian',
    model: chartModel(aSeries(dailyCloses(walk(60)), '＊ＳＴ１ 東証 中株 あカ'), 90, 'light'),
    form: 'alone',
  },
];
