import { manifest, manifestOf } from '../../../lambdas/domain/delivery/manifest.ts';
import { summary } from '../../../lambdas/domain/delivery/row-log.ts';

const closeOf = (rows: string): string | undefined =>
  manifestOf([{ ticker: 'A', year: '2020', ...summary(rows, 0, 1) }]).manifest['A']?.['2020']?.close;

test.each([
  ['0102 300.35', '0102 300.35'],
  ['0102 300.35 v33870100 s4', '0102 300.35'],
  ['0102 1\n0103 2', '0103 2'],
  ['0102 1\n0103 D\n0106 D', '0102 1'],
  ['name 0109 5 Inc.\n0102 1', '0102 1'],
  ['name Apple Inc.\n0103 D', undefined],
  ['0102 D', undefined],
  ['', undefined],
])('the last close of %j is %j', (rows, close) => expect(closeOf(rows)).toBe(close));

test('a manifest of an earlier version has no closes, and can be read', () => {
  const old = { A: { '2020': { hash: 'x', first: '0102', last: '0103' } } };
  expect(manifest.parse(old)).toEqual(old);
});
