import { createCanvas } from '@napi-rs/canvas';
import { Chart, LinearScale, LineController, LineElement, PointElement } from 'chart.js';
import type { ChartModel, Point } from '../lambdas/domain/chart/chart-model.ts';
import { encodePng } from '../lambdas/domain/chart/png.ts';
import { FORMS, SCALE } from '../lambdas/domain/chart/scene.ts';
import { PALETTES } from '../lambdas/domain/chart/theme.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale);

const { width, height } = FORMS.mail;
const canvas = createCanvas(width, height);
// Chart.js sets sizes on the style of its canvas, which this canvas does not have.
Object.assign(canvas, { style: {} });

/** Baseline: chart.js draws the same lines with its own axes, without area, volumes, marks and labels. @returns PNG */
export function drawByLibrary(model: ChartModel): Promise<Buffer> {
  const palette = PALETTES[model.theme];
  const dataset = (points: readonly Point[], borderColor: string) => ({
    data: [...points],
    borderColor,
    pointRadius: 0,
  });
  canvas.width = width;
  canvas.height = height;
  const chart = new Chart(canvas as unknown as HTMLCanvasElement, {
    type: 'line',
    data: {
      datasets: [
        dataset(model.line, palette.up),
        dataset(model.sma20, palette.sma20),
        dataset(model.sma50, palette.sma50),
      ],
    },
    options: {
      responsive: false,
      animation: false,
      events: [],
      devicePixelRatio: SCALE,
      parsing: false,
      normalized: true,
      scales: { x: { type: 'linear' } },
    },
  });
  try {
    const { data } = canvas.getContext('2d').getImageData(0, 0, width * SCALE, height * SCALE);
    return encodePng(data, width * SCALE, height * SCALE);
  } finally {
    chart.destroy();
  }
}
