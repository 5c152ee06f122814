import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { outputOf, publishPage } from '../../../bin/deployment/publish-page.ts';

const outputs = {
  PagePageBucket1A2B: 'page-bucket',
  GatewayUrl3C4D: 'https://api.example.com',
  SignInIssuer5E6F: 'https://issuer.example.com',
  SignInClientId7081: 'client',
  SignInScopes92A3: 'openid email',
  SignInOriginsA3B4: 'https://issuer.example.com https://x.auth.example.com',
  TriesOriginC5D6: 'https://tries.s3.eu-central-1.amazonaws.com',
};

test('the page is published with its configuration, and files before the HTML that refers to them', async () => {
  const s3 = mockClient(S3Client);
  const folder = mkdtempSync(join(tmpdir(), 'closing-bell-page-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets/index-1.js'), 'code');
  writeFileSync(join(folder, 'index.html'), '<html><head></head></html>');
  await publishPage(new S3Client({}), outputs, folder);
  rmSync(folder, { recursive: true });
  const puts = s3.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input);
  expect(puts.map(({ Key, ContentType, CacheControl }) => [Key, ContentType, CacheControl])).toEqual([
    ['config.json', 'application/json', 'no-cache'],
    ['assets/index-1.js', 'text/javascript', 'public, max-age=31536000, immutable'],
    ['index.html', 'text/html; charset=utf-8', 'no-cache'],
  ]);
  expect(String(puts[2]?.Body)).toContain(
    "connect-src 'self' https://api.example.com https://tries.s3.eu-central-1.amazonaws.com https://issuer.example.com https://x.auth.example.com\"",
  );
  expect(puts.every(({ Bucket }) => Bucket === 'page-bucket')).toBe(true);
  expect(JSON.parse(String(puts[0]?.Body))).toEqual({
    api: 'https://api.example.com',
    issuer: 'https://issuer.example.com',
    clientId: 'client',
    scopes: ['openid', 'email'],
  });
});

test('a missing output is named', () => {
  expect(() => outputOf({ Other: 'x' }, 'webUrl')).toThrow('Expected an output PageWebUrl… of the stack, found Other.');
});
