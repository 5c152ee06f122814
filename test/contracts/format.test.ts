import { formatChange, formatPrice } from '../../lambdas/contracts/format.ts';

test.each([
  ['1110', '1,110.00'],
  ['0.0042', '0.0042'],
  ['1234567.5', '1,234,567.50'],
  ['123456789012345678.123456789', '123,456,789,012,345,678.123456789'],
])('the price %s reads %s', (decimal, text) => expect(formatPrice(decimal)).toBe(text));

test.each([
  [0.0123, '+1.2 %'],
  [-0.004, '−0.4 %'],
  [0.0001, '±0.0 %'],
  [undefined, '–'],
])('the change %s reads %s', (change, text) => expect(formatChange(change)).toBe(text));
