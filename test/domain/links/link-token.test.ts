import { signLink, verifyLink } from '../../../lambdas/domain/links/link-token.ts';

const keys = { current: 'new', previous: 'old' };

test('a link says whom it is for, for its purpose only', () => {
  const token = signLink(keys, 'unsubscribe', 'subscriber-1');
  expect(verifyLink(keys, 'unsubscribe', token)).toBe('subscriber-1');
  expect(verifyLink(keys, 'confirm', token)).toBeUndefined();
});

test('a link signed before the last rotation still verifies, one before that does not', () => {
  const token = signLink({ current: 'old' }, 'unsubscribe', 'subscriber-1');
  expect(verifyLink(keys, 'unsubscribe', token)).toBe('subscriber-1');
  expect(verifyLink({ current: 'newest', previous: 'new' }, 'unsubscribe', token)).toBeUndefined();
});

test('a link changed anywhere is nobody’s', () => {
  const token = signLink(keys, 'unsubscribe', 'subscriber-1');
  for (let i = 0; i < token.length; i++) {
    const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
    expect(verifyLink(keys, 'unsubscribe', changed)).toBeUndefined();
  }
});
