import { signLink, verifyLink } from '../../../lambdas/domain/links/link-token.ts';

const keys = { current: 'new', previous: 'old' };

test('a link identifies its subscriber, for its purpose only', () => {
  const token = signLink(keys, 'unsubscribe', 'subscriber-1');
  expect(verifyLink(keys, 'unsubscribe', token)).toBe('subscriber-1');
  expect(verifyLink(keys, 'confirm', token)).toBeUndefined();
});

test('a link signed before the last rotation is still valid, an older one is not', () => {
  const token = signLink({ current: 'old' }, 'unsubscribe', 'subscriber-1');
  expect(verifyLink(keys, 'unsubscribe', token)).toBe('subscriber-1');
  expect(verifyLink({ current: 'newest', previous: 'new' }, 'unsubscribe', token)).toBeUndefined();
});

test('a link that was changed anywhere is invalid', () => {
  const token = signLink(keys, 'unsubscribe', 'subscriber-1');
  for (let i = 0; i < token.length; i++) {
    const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
    expect(verifyLink(keys, 'unsubscribe', changed)).toBeUndefined();
  }
});
