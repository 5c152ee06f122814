import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { S3Client } from '@aws-sdk/client-s3';
import { build } from 'vite';
import { outputOf, publishPage } from './publish-page.ts';
import { checkSignInPrefix } from './sign-in-prefix.ts';

/** `cdk deploy` with its own options, then the page. */
const folder = mkdtempSync(join(tmpdir(), 'closing-bell-deploy-'));
const outputsFile = join(folder, 'outputs.json');
const options = process.argv.slice(2);
const { values } = parseArgs({ args: options, strict: false, options: { profile: { type: 'string' } } });
// The page goes where the stack went.
if (typeof values.profile === 'string') process.env['AWS_PROFILE'] = values.profile;
await checkPrefix();
const { status } = spawnSync('cdk', ['deploy', 'ClosingBell', '--outputs-file', outputsFile, ...options], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
const { ClosingBell: outputs = {} } = JSON.parse(readFileSync(outputsFile, 'utf8'));
const page = join(folder, 'page');
await build({ root: join(import.meta.dirname, '../web'), logLevel: 'warn', build: { outDir: page } });
await publishPage(new S3Client({ region: outputOf(outputs, 'PageRegion') }), outputs, page);
console.log(`The page is at ${outputOf(outputs, 'PageWebUrl')}`);

/** Before anything is deployed. @throws Error where the sign-in prefix is taken */
async function checkPrefix(): Promise<void> {
  const [prefix] = options.flatMap((option) => /^(?:-c=?|--context=?)?signInPrefix=(.+)$/.exec(option)?.[1] ?? []);
  if (!prefix) return;
  const client = new CognitoIdentityProviderClient({});
  const { Stacks = [] } = await new CloudFormationClient({})
    .send(new DescribeStacksCommand({ StackName: 'ClosingBell' }))
    .catch(() => ({ Stacks: [] }));
  const ownPool = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey?.startsWith('SignInUserPool'))?.OutputValue;
  await checkSignInPrefix(client, prefix, { region: await client.config.region(), ownPool });
}
