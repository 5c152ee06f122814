import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { build } from 'vite';
import { outputOf, publishPage } from './publish-page.ts';

/** `cdk deploy` with its own options, then the page. */
const folder = mkdtempSync(join(tmpdir(), 'closing-bell-deploy-'));
const outputsFile = join(folder, 'outputs.json');
const options = process.argv.slice(2);
const profile = options[options.indexOf('--profile') + 1];
// The page goes where the stack went.
if (options.includes('--profile') && profile) process.env['AWS_PROFILE'] = profile;
const { status } = spawnSync('cdk', ['deploy', 'ClosingBell', '--outputs-file', outputsFile, ...options], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
const { ClosingBell: outputs = {} } = JSON.parse(readFileSync(outputsFile, 'utf8'));
const page = join(folder, 'page');
await build({ root: join(import.meta.dirname, '../web'), logLevel: 'warn', build: { outDir: page } });
await publishPage(new S3Client({}), outputs, page);
console.log(`The page is at ${outputOf(outputs, 'PageWebUrl')}`);
