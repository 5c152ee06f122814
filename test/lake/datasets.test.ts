import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lakeTablesPage } from '../../bin/lake-tables.ts';
import { DATASETS } from '../../datasets/datasets.ts';

test('the page of all tables is the one that the datasets make: npm run lake-docs', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/lake-tables.md'), 'utf8')).toBe(lakeTablesPage());
});

test.each(DATASETS.map((dataset) => [dataset.name, dataset]))('%s describes columns that it has', (_name, dataset) => {
  const names = dataset.columns.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(dataset.columns.map(({ id }) => id)).toEqual(names.map((_, i) => i + 1));
  const used = [...dataset.key, ...dataset.order, ...dataset.partition.map(({ column }) => column)];
  expect(used.filter((column) => !names.includes(column))).toEqual([]);
  // A key without a value would identify nothing.
  for (const column of dataset.key)
    expect([column, dataset.columns.find(({ name }) => name === column)?.isRequired]).toEqual([column, true]);
  // Glue expires snapshots by both.
  expect(dataset.retention.snapshots).toBeGreaterThan(0);
});
