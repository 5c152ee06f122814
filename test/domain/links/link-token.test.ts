import { signLink, verifyLink } from '../../../lambdas/domain/links/link-token.ts';

const keys = { current: 'new', previous: 'old' };

test('a link identifies its subscriber, for its purpose only', () => {
  const token = signLink(keys, 'unsubscribe', 'subscriber-1');
  expect(verifyLink(keys, 'unsubscribe', token)).toEqual({ subscriber: 'subscriber-1' });
  expect(verifyLink(keys, 'confirm', token)).toBeUndefined();
});

test('a link to one alert opens no other one, and nothing else of its subscriber', () => {
  const token = signLink(keys, 'mute-alert', 'subscriber-1', 'alert-1');
  expect(verifyLink(keys, 'mute-alert', token)).toEqual({ subscriber: 'subscriber-1', item: 'alert-1' });
  expect(verifyLink(keys, 'mute-alert', token.replace('alert-1', 'alert-2'))).toBeUndefined();
  expect(verifyLink(keys, 'delete-alert', token)).toBeUndefined();
});

test('a link signed before the last rotation is still valid, an older one is not', () => {
  const token = signLink({ current: 'old' }, 'unsubscribe', 'subscriber-1');
  expect(verifyLink(keys, 'unsubscribe', token)).toEqual({ subscriber: 'subscriber-1' });
  expect(verifyLink({ current: 'newest', previous: 'new' }, 'unsubscribe', token)).toBeUndefined();
});

test('a link that was changed anywhere is invalid', () => {
  const token = signLink(keys, 'unsubscribe', 'subscriber-1');
  for (let i = 0; i < token.length; i++) {
    const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
    expect(verifyLink(keys, 'unsubscribe', changed)).toBeUndefined();
  }
});
