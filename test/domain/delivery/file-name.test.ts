import { deliveryOfKey } from '../../../lambdas/contracts/delivery-id.ts';
import { isTemporaryName, nameProblem } from '../../../lambdas/domain/delivery/file-name.ts';

test.each([
  '2020-01-10_history.csv',
  '2020-01-10_incremental.csv.gz',
  'eu/2020-01-10_incremental.tsv',
  '2020-01-10_history.tsv.gz',
  '2020-01-10_history.zip',
  '2020-01-10_HISTORY.CSV.ZIP',
])('%s is a delivery', (key) => expect(deliveryOfKey(key)?.fileDate).toBe('2020-01-10'));

test.each([
  ['2020-01-10_history.xlsx', /not a workbook: save it as CSV/],
  ['2020-01-10_history.csv.bz2', /packed with gzip or zip/],
  ['2020-01-10_history.txt', /ends with \.csv, \.tsv/],
  ['2020-01-10_history.', /ends with \.csv/],
  ['2020-02-30_history.csv', /a date that exists/],
  ["it's/2020-01-10_history.csv", /without the character '/],
  ['a\u202eb/2020-01-10_history.csv', /without the character U\+202E/],
  [`${'x'.repeat(65)}/2020-01-10_history.csv`, /at most 64 bytes/],
  ['../2020-01-10_history.csv', /without empty parts/],
  ['prices.csv', /a name like 2020-01-10_history.csv/],
  ['2020-01-10_history', /a name like/],
])('%s is refused with what to send instead', (key, advice) => {
  expect(deliveryOfKey(key)).toBeUndefined();
  expect(isTemporaryName(key)).toBe(false);
  expect(nameProblem(key).expected).toMatch(advice);
});

test.each([
  ['2020-01-10_history.csv.tmp', true],
  ['eu/2020-01-10_history.csv.part', true],
  ['.2020-01-10_history.csv', true],
  ['eu/.hidden', true],
  ['~$2020-01-10_history.xlsx', true],
  ['2020-01-10_history.csv.filepart', true],
  ['.eu/2020-01-10_history.csv', false],
  ['2020-01-10_history.csv', false],
])('%s is passed over: %s', (key, expected) => expect(isTemporaryName(key)).toBe(expected));
