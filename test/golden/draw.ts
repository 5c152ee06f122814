import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderChart } from '../support/charts.ts';
import { GOLDEN_CHARTS } from './charts.ts';

/** Draws all golden charts into a folder: a program of its own, for another processor than that of the tests. */
const [, , folder = ''] = process.argv;
for (const { name, model, form } of GOLDEN_CHARTS)
  writeFileSync(join(folder, `${name}.png`), await renderChart(model, form));
console.log(process.arch);
