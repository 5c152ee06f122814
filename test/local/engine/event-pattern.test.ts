import { matchesPattern } from '../../../local/engine/event-pattern.ts';

const event = {
  source: 'aws.s3',
  detail: { bucket: { name: 'drop' }, object: { key: 'feed/2020-01-10_history.CSV' } },
};

test.each([
  ['an exact value', { source: ['aws.s3'] }, true],
  ['another value', { source: ['aws.ses'] }, false],
  ['one of several', { source: ['aws.ses', 'aws.s3'] }, true],
  ['a prefix', { detail: { object: { key: [{ prefix: 'feed/' }] } } }, true],
  ['a suffix, letter for letter', { detail: { object: { key: [{ suffix: '.csv' }] } } }, false],
  ['a suffix in any case', { detail: { object: { key: [{ suffix: { 'equals-ignore-case': '.csv' } }] } } }, true],
  ['anything but a value', { source: [{ 'anything-but': ['aws.s3'] }] }, false],
  ['anything but a suffix', { detail: { object: { key: [{ 'anything-but': { suffix: '/' } }] } } }, true],
  [
    'anything but some suffixes',
    { detail: { object: { key: [{ 'anything-but': { suffix: ['/', '.CSV'] } }] } } },
    false,
  ],
  ['a field that exists', { detail: { bucket: { name: [{ exists: true }] } } }, true],
  ['a field that does not exist', { detail: { bucket: { arn: [{ exists: true }] } } }, false],
])('%s', (_what, pattern, expected) => expect(matchesPattern(pattern, event)).toBe(expected));

test('an unknown operator is an error, not a rule that never matches', () => {
  expect(() => matchesPattern({ source: [{ numeric: ['>', 1] }] }, event)).toThrow('does not support "numeric"');
});
