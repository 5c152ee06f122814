import { uploadLinks } from '../../lambdas/adapters/upload-links.ts';

test('S3 is told the one key, the largest size, and when the form runs out', async () => {
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' });
  const before = Date.now();
  const { url, fields } = await uploadLinks('drop').linkFor('eu/2020-01-10_history.csv', {
    maxBytes: 1_000,
    seconds: 60,
  });
  expect(new URL(url).hostname).toContain('drop');
  const policy = JSON.parse(Buffer.from(fields['Policy'] ?? '', 'base64').toString());
  expect(policy.conditions).toEqual(
    expect.arrayContaining([
      ['content-length-range', 1, 1_000],
      { key: 'eu/2020-01-10_history.csv' },
      { bucket: 'drop' },
    ]),
  );
  const seconds = (Date.parse(policy.expiration) - before) / 1000;
  expect(seconds).toBeGreaterThan(55);
  expect(seconds).toBeLessThan(65);
});
