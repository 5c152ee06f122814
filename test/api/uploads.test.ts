import type { UploadLink } from '../../lambdas/contracts/api/uploads.ts';
import { ApiWorld } from '../support/api-world.ts';

const mint = (name: string) => new ApiWorld().ask('/uploads', { method: 'POST', body: { name } });

test('operators make a link for one file, with a command for the vendor', async () => {
  const answer = await mint('eu/late/2023-06-01_history.csv.gz');
  expect(answer.status).toBe(201);
  const link: UploadLink = await answer.json();
  expect(link.fields['key']).toBe('eu/late/2023-06-01_history.csv.gz');
  expect(link).toMatchObject({ expiresAt: '2023-06-01T22:15:00.000Z', maxBytes: 10_000_000 });
});

test('the command can be pasted into a shell', async () => {
  const link: UploadLink = await (await mint('eu/2023-06-01_history.csv')).json();
  expect(link.command).toBe(
    "curl --fail-with-body --form-string 'key=eu/2023-06-01_history.csv' --form-string 'policy=10000000 900' -F 'file=@2023-06-01_history.csv' 'https://drop.example.com/'",
  );
});

test.each([
  ['prices.csv', /Expected a name like/],
  ['eu/2023-06-31_history.csv', /a date that exists/],
  ['2032-06-01_history.csv', /a file date from/],
  ['declared/2023-06-01_incremental.csv', /for our own files/],
  ['polygon/2023-06-01_incremental.csv', /for our own files/],
  ['news/finnhub/2023-06-01_incremental.jsonl', /for our own files/],
  ['\u0024{filename}/2023-06-01_history.csv', /S3 would replace/],
  ['../2023-06-01_history.csv', /a folder without|use another folder/],
])('%s is refused with what is expected', async (name, detail) => {
  const answer = await mint(name);
  expect(answer.status).toBe(400);
  expect((await answer.json()).detail).toMatch(detail);
});
