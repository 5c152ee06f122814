import { createCanvas } from '@napi-rs/canvas';
import { Chart, type ChartConfiguration, LinearScale, LineController, LineElement, PointElement } from 'chart.js';
import type { ChartModel, Point } from './chart-model.ts';
import { FONT_FAMILY, type FontFiles, loadFonts } from './fonts.ts';
import { overlay, underlay } from './marks.ts';
import { encodePng } from './png.ts';
import { MARGIN, type Scene, SIZE, sceneOf } from './scene.ts';
import { PALETTES } from './theme.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale);

export type RenderChart = (model: ChartModel) => Promise<Buffer>;

/**
 * Returns a function that draws charts as PNG, 1200 × 600 pixels for 600 × 300 CSS pixels.
 * @throws Error if the font cannot be loaded
 */
export function chartRenderer(fonts: FontFiles): RenderChart {
  const tickerFont = loadFonts(fonts);
  const { width, height, scale } = SIZE;
  // One canvas for all charts: allocating one takes longer than drawing on it.
  const canvas = createCanvas(width, height);
  // Chart.js sets sizes on the style of its canvas, which this canvas does not have.
  Object.assign(canvas, { style: {} });
  return (model) => {
    canvas.width = width;
    canvas.height = height;
    const chart = new Chart(
      canvas as unknown as HTMLCanvasElement,
      configuration(model, sceneOf(model, tickerFont(model.ticker))),
    );
    try {
      // The pixels are copied before the compression starts, so the next chart may use the canvas.
      const { data } = canvas.getContext('2d').getImageData(0, 0, width * scale, height * scale);
      return encodePng(data, width * scale, height * scale);
    } finally {
      chart.destroy();
    }
  };
}

function configuration(model: ChartModel, scene: Scene): ChartConfiguration<'line', Point[]> {
  const palette = PALETTES[model.theme];
  const tickFont = { family: FONT_FAMILY, size: 10.5, weight: 500 };
  const colour = model.isUp ? palette.up : palette.down;
  return {
    type: 'line',
    plugins: [underlay(model, scene), overlay(model, scene)],
    data: {
      datasets: [
        line(model.line, colour, model.points.length > 180 ? 1.6 : 2),
        line(model.sma20, palette.sma20, 1.35),
        line(model.sma50, palette.sma50, 1.35),
      ],
    },
    options: {
      responsive: false,
      animation: false,
      events: [],
      devicePixelRatio: SIZE.scale,
      parsing: false,
      normalized: true,
      layout: { padding: { top: MARGIN.top, left: MARGIN.left, right: 4, bottom: 12 } },
      scales: {
        x: {
          type: 'linear',
          min: scene.x.min,
          max: scene.x.max,
          grid: { display: false },
          border: { display: false },
          afterFit: (scale) => {
            scale.height = MARGIN.bottom - 12;
          },
          afterBuildTicks: (scale) => {
            scale.ticks = scene.x.ticks.map(({ x, label }) => ({ value: x, label }));
          },
          ticks: {
            color: palette.muted,
            font: tickFont,
            maxRotation: 0,
            autoSkip: false,
            padding: 6,
            callback: (_value, i) => scene.x.ticks[i]?.label ?? '',
          },
        },
        y: {
          position: 'right',
          min: scene.y.min,
          max: scene.y.max,
          border: { display: false },
          grid: { color: palette.grid, drawTicks: false, lineWidth: 1 },
          afterFit: (scale) => {
            scale.width = scene.axisWidth;
          },
          afterBuildTicks: (scale) => {
            scale.ticks = scene.y.ticks.map(({ value, label }) => ({ value, label }));
          },
          ticks: {
            color: palette.faint,
            font: tickFont,
            padding: 10,
            autoSkip: false,
            callback: (_value, i) => scene.y.ticks[i]?.label ?? '',
          },
        },
      },
    },
  };
}

const line = (points: readonly Point[], borderColor: string, borderWidth: number) => ({
  data: [...points],
  borderColor,
  borderWidth,
  borderJoinStyle: 'round' as const,
  borderCapStyle: 'round' as const,
  pointRadius: 0,
  tension: 0,
  clip: false as const,
});
