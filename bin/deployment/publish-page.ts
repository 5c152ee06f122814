import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Outputs of the deployed stack, as the CDK writes them: logical id → value. */
export type Outputs = Record<string, string>;

/**
 * Puts the built page into its bucket, and beside it where the API and the issuer are. No custom resource does
 * this, so the stack stays plain CloudFormation.
 * @param folder what Vite has built
 */
export async function publishPage(s3: S3Client, outputs: Outputs, folder: string): Promise<void> {
  const Bucket = outputOf(outputs, 'PagePageBucket');
  const config = {
    api: outputOf(outputs, 'ApiUrl'),
    issuer: outputOf(outputs, 'SignInIssuer'),
    clientId: outputOf(outputs, 'SignInClientId'),
    scopes: outputOf(outputs, 'SignInScopes').split(' '),
  };
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    // What refers to others comes after them: nobody gets a page whose parts are not there yet.
    .sort((a, b) => Number(a.endsWith('.html')) - Number(b.endsWith('.html')));
  const put = (Key: string, Body: Buffer | string) =>
    s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body,
        ContentType: TYPES[extname(Key)] ?? 'application/octet-stream',
        // Names of assets change with their content, all others are looked at anew.
        CacheControl: Key.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      }),
    );
  await put('config.json', JSON.stringify(config));
  const origins = [config.api, ...outputOf(outputs, 'SignInOrigins').split(' ')];
  for (const name of files) {
    const content = readFileSync(join(folder, name));
    await put(name.replaceAll('\\', '/'), name.endsWith('.html') ? talkingTo(content.toString(), origins) : content);
  }
}

/** The page may talk to these alone; the policy in its headers is made before the API has a name. */
const talkingTo = (html: string, origins: string[]): string =>
  html.replace(
    '<head>',
    `<head><meta http-equiv="Content-Security-Policy" content="connect-src 'self' ${origins.join(' ')}">`,
  );

/** The output whose logical id begins so; the CDK appends a hash. */
export function outputOf(outputs: Outputs, start: string): string {
  const [, value] = Object.entries(outputs).find(([name]) => name.startsWith(start)) ?? [];
  if (value === undefined)
    throw new Error(`Expected an output ${start}… of the stack, found ${Object.keys(outputs).join(', ') || 'none'}.`);
  return value;
}
