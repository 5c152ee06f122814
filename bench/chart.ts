import { join } from 'node:path';
import { addDays } from '../lambdas/contracts/dates.ts';
import { type ChartModel, chartModel } from '../lambdas/domain/chart/chart-model.ts';
import { chartRenderer } from '../lambdas/domain/chart/render-chart.ts';
import { seriesOf } from '../lambdas/domain/prices/series.ts';
import { drawByLibrary } from './chart-by-library.ts';
import { type Result, shareOf } from './report.ts';

const WARM_UP = 60;
const RUNS = 100;

/** One chart of a mail against the lines and axes alone, drawn by chart.js. */
export async function benchChart(): Promise<{ results: Result[]; chartMs: number }> {
  const render = chartRenderer({
    inter: join(import.meta.dirname, '../node_modules/inter-ui/variable/InterVariable.woff2'),
    eastAsian: join(import.meta.dirname, '../node_modules/@fontsource-variable/noto-sans-sc'),
  });
  const model = pricedModel();
  // Alternating, so that noise of the machine affects both.
  const draw = (drawn: ChartModel) => render(drawn, 'mail');
  const [ours, byLibrary] = await medians([draw, drawByLibrary], model);
  const size = (await draw(model)).length;
  return {
    chartMs: ours ?? 0,
    results: [
      {
        what: 'chart of 365 points, 1200×560 px, warm',
        found: `${ours?.toFixed(1)} ms`,
        baseline: `lines and axes by chart.js: ${byLibrary?.toFixed(1)} ms`,
        ratio: (ours ?? 0) / (byLibrary ?? 1),
        target: { atMost: 1.3 },
      },
      shareOf('… size', size / 1024, 40, 'KB', 1),
    ],
  };
}

/** A year of a random walk like a share's, about 1.2 % a day, and the days before it. */
function pricedModel(): ChartModel {
  let seed = 7;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31 - 0.5;
  };
  let close = 180;
  const observations = Array.from({ length: 440 }, (_, i) => {
    close *= 1 + 0.042 * random() + 0.0006;
    return {
      date: addDays('2019-12-31', i - 439),
      close: close.toFixed(2),
      volume: String(Math.round(2e7 * (1.2 + random()))),
      delivery: '2019-12-31.history',
    };
  });
  const series = seriesOf('AAPL', observations, 0.5);
  if (!series) throw new Error('A series needs an observation.');
  return chartModel(series, 364, 'light');
}

async function medians(draws: ((model: ChartModel) => Promise<Buffer>)[], model: ChartModel): Promise<number[]> {
  const times = draws.map(() => [] as number[]);
  for (let run = 0; run < WARM_UP + RUNS; run++) {
    for (const [i, draw] of draws.entries()) {
      const started = performance.now();
      await draw(model);
      if (run >= WARM_UP) times[i]?.push(performance.now() - started);
    }
  }
  return times.map((all) => all.sort((a, b) => a - b)[RUNS / 2] ?? 0);
}
