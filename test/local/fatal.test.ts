import { Fatal, fatalReason } from '../../local/emulators/fatal.ts';

const coded = (message: string, code: string) => Object.assign(new Error(message), { code });

test.each([
  [coded('ENOSPC: no space left on device, write', 'ENOSPC')],
  [coded('disk quota exceeded', 'EDQUOT')],
  [new Error('database or disk is full')],
])('a full disk ends the local stack with a clear error: %s', (error) => {
  expect(fatalReason(error, '.local')).toBe(
    'The disk of .local is full or read-only: new data would be lost. Fix that, and start again with the same options: npm start',
  );
});

test('the end of a required part ends it; other errors do not', () => {
  expect(fatalReason(new Fatal('The local DynamoDB has ended.'), '.local')).toBe('The local DynamoDB has ended.');
  expect(fatalReason(new Error('a worker failed'), '.local')).toBeUndefined();
});
