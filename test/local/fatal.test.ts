import { Fatal, fatalReason } from '../../local/app/fatal.ts';

const coded = (message: string, code: string) => Object.assign(new Error(message), { code });

test.each([
  [coded('ENOSPC: no space left on device, write', 'ENOSPC')],
  [coded('disk quota exceeded', 'EDQUOT')],
  [new Error('database or disk is full')],
])('a full disk ends the runner with a sentence: %s', (error) => {
  expect(fatalReason(error, '.local')).toBe(
    'The disk of .local is full: what comes now would be lost. Make room, and start again: npm start',
  );
});

test('what it cannot do without ends it, and anything else does not', () => {
  expect(fatalReason(new Fatal('The local DynamoDB has ended.'), '.local')).toBe('The local DynamoDB has ended.');
  expect(fatalReason(new Error('a worker failed'), '.local')).toBeUndefined();
});
