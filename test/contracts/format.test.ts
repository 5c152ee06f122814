import { formatChange, formatPair, formatPrice } from '../../lambdas/contracts/format.ts';

test.each([
  ['1110', '1,110.00'],
  ['0.0042', '0.0042'],
  ['1234567.5', '1,234,567.50'],
  ['44.68999862670898', '44.69'],
  ['0.5', '0.50'],
  ['0.999996', '1.00'],
  ['0.00012345', '0.0001235'],
  ['999.995', '1,000.00'],
  ['123456789012', '123,456,789,012.00'],
  ['123456789012345678.123456789', '123,456.79 T'],
])('the price %s reads %s', (decimal, text) => expect(formatPrice(decimal)).toBe(text));

test('two prices look different if they are', () => {
  expect(formatPair('44.685', '44.69')).toEqual(['44.685', '44.69']);
  expect(formatPair('1110', '95')).toEqual(['1,110.00', '95.00']);
});

test.each([
  [0.0123, '+1.2 %'],
  [-0.004, '−0.4 %'],
  [0.0001, '±0.0 %'],
  [undefined, '–'],
])('the change %s reads %s', (change, text) => expect(formatChange(change)).toBe(text));
