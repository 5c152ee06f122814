import { join } from 'node:path';
import { chartRenderer } from '../../lambdas/domain/chart/render-chart.ts';

const MODULES = join(import.meta.dirname, '../../node_modules');

export const FONT_FILES = {
  inter: join(MODULES, 'inter-ui/variable/InterVariable.woff2'),
  eastAsian: join(MODULES, '@fontsource-variable/noto-sans-sc'),
};

export const renderChart = chartRenderer(FONT_FILES);
