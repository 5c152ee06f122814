import { join } from 'node:path';
import { chartRenderer } from '../../lambdas/domain/chart/render-chart.ts';

export const renderChart = chartRenderer(
  join(import.meta.dirname, '../../node_modules/inter-ui/variable/InterVariable.woff2'),
);
