import { durationText } from '../../web/src/duration-text.ts';

const [MINUTE, HOUR] = [60_000, 3_600_000];

test.each([
  [0, '0 min'],
  [59 * MINUTE + 59_999, '59 min'],
  [HOUR, '1 h'],
  [3 * HOUR + 5 * MINUTE, '3 h 5 min'],
  [47 * HOUR + 59 * MINUTE, '47 h 59 min'],
  [48 * HOUR, '2 days'],
])('%d ms is %s', (ms, text) => expect(durationText(ms)).toBe(text));
