import { join } from 'node:path';
import { addDays } from '../lambdas/contracts/dates.ts';
import { type ChartModel, chartModel } from '../lambdas/domain/chart/chart-model.ts';
import { chartRenderer } from '../lambdas/domain/chart/render-chart.ts';
import { seriesOf } from '../lambdas/domain/prices/series.ts';
import { drawByHand } from './chart-by-hand.ts';
import type { Result } from './report.ts';

const WARM_UP = 60;
const RUNS = 100;

export async function benchChart(): Promise<{ results: Result[]; chartMs: number }> {
  const render = chartRenderer(join(import.meta.dirname, '../node_modules/inter-ui/variable/InterVariable.woff2'));
  const model = pricedModel();
  // In turns, so that a noisy moment of the machine meets both.
  const [ours, byHand] = await medians([render, drawByHand], model);
  const size = (await render(model)).length;
  return {
    chartMs: ours ?? 0,
    results: [
      {
        what: 'chart of 365 points, 1200×600 px, warm',
        found: `${ours?.toFixed(1)} ms`,
        baseline: `by hand: ${byHand?.toFixed(1)} ms`,
        target: '≤ 20 ms',
        reached: (ours ?? 0) <= 20,
      },
      {
        what: '… against the same picture drawn by hand',
        found: `${((ours ?? 0) / (byHand ?? 1)).toFixed(2)} ×`,
        baseline: '1 ×',
        target: '≤ 3 ×',
        reached: (ours ?? 0) <= 3 * (byHand ?? 1),
      },
      {
        what: '… size',
        found: `${(size / 1024).toFixed(1)} KB`,
        baseline: '',
        target: '≤ 40 KB',
        reached: size <= 40 * 1024,
      },
    ],
  };
}

/** A year and its run-up of a walk like a share's: some 1.2 % a day. */
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
