import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Outputs, outputNamed } from './deployed-stack.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Outputs of the stack that a deployment reads, by the beginning of their logical ids; the CDK appends a hash. */
export const OUTPUT = {
  api: 'GatewayUrl',
  issuer: 'SignInIssuer',
  clientId: 'SignInClientId',
  scopes: 'SignInScopes',
  origins: 'SignInOrigins',
  uploads: 'TriesOrigin',
  bucket: 'PagePageBucket',
  region: 'PageRegion',
  webUrl: 'PageWebUrl',
  distribution: 'PageDistributionDomain',
  dropBucket: 'DropDropBucket',
} as const;

/**
 * Uploads the built page, and config.json with the addresses of API and issuer, to the page's bucket. This is not a custom resource, so
 * that the stack stays plain CloudFormation.
 * @param folder output of Vite
 */
export async function publishPage(s3: S3Client, outputs: Outputs, folder: string): Promise<void> {
  const Bucket = outputOf(outputs, 'bucket');
  const config = {
    api: outputOf(outputs, 'api'),
    issuer: outputOf(outputs, 'issuer'),
    clientId: outputOf(outputs, 'clientId'),
    scopes: outputOf(outputs, 'scopes').split(' '),
  };
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    // HTML last: it refers to the other files.
    .sort((a, b) => Number(a.endsWith('.html')) - Number(b.endsWith('.html')));
  const put = (Key: string, Body: Buffer | string) =>
    s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body,
        ContentType: TYPES[extname(Key)] ?? 'application/octet-stream',
        // Names of assets contain a hash of their content. Other files must be revalidated.
        CacheControl: Key.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      }),
    );
  await put('config.json', JSON.stringify(config));
  const origins = [config.api, outputOf(outputs, 'uploads'), ...outputOf(outputs, 'origins').split(' ')];
  for (const name of files) {
    const content = readFileSync(join(folder, name));
    await put(
      name.replaceAll('\\', '/'),
      name.endsWith('.html') ? withConnectPolicy(content.toString(), origins) : content,
    );
  }
}

/** Limits the page to these origins. The policy in its headers is created before the address of the API is known. */
const withConnectPolicy = (html: string, origins: string[]): string =>
  html.replace(
    '<head>',
    `<head><meta http-equiv="Content-Security-Policy" content="connect-src 'self' ${origins.join(' ')}">`,
  );

/** One output. @throws Error if the stack does not have it */
export function outputOf(outputs: Outputs, name: keyof typeof OUTPUT): string {
  const start = OUTPUT[name];
  const value = outputNamed(outputs, start);
  if (value === undefined)
    throw new Error(`Expected an output ${start}… of the stack, found ${Object.keys(outputs).join(', ') || 'none'}.`);
  return value;
}
