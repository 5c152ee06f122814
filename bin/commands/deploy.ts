import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { build } from 'vite';
import { commandLine } from '../command-line.ts';
import { checkMailDomain } from '../deployment/mail-domain.ts';
import { outputOf, publishPage } from '../deployment/publish-page.ts';
import { checkSignInPrefix } from '../deployment/sign-in-prefix.ts';
import { readSettings, type Settings, settingsOn } from '../settings.ts';

const USAGE = `Usage: npm run deploy [-- OPTION…]

cdk deploy, and then the page. Settings are in cdk.context.json (see the README, Deploy it) or given by -c name=value; the
other options are those of cdk deploy. Account and region are those of the shell: AWS_PROFILE, AWS_REGION or --profile NAME.`;

await commandLine(USAGE, async () => {
  const options = process.argv.slice(2);
  const { values } = parseArgs({ args: options, strict: false, options: { profile: { type: 'string' } } });
  // The page goes where the stack went.
  if (typeof values.profile === 'string') process.env['AWS_PROFILE'] = values.profile;
  const given = { ...keptSettings(), ...settingsOn(options) };
  await checkBefore(readSettings((name) => given[name]));
  const folder = mkdtempSync(join(tmpdir(), 'closing-bell-deploy-'));
  const outputsFile = join(folder, 'outputs.json');
  const deploy = ['deploy', 'ClosingBell', '--outputs-file', outputsFile, ...options];
  const { status } = spawnSync('cdk', deploy, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  if (!existsSync(outputsFile)) {
    console.log('Nothing was deployed, so the page stays as it is.');
    return;
  }
  const { ClosingBell: outputs = {} } = JSON.parse(readFileSync(outputsFile, 'utf8'));
  const page = join(folder, 'page');
  await build({ root: join(import.meta.dirname, '../../web'), logLevel: 'warn', build: { outDir: page } });
  await publishPage(new S3Client({ region: outputOf(outputs, 'PageRegion') }), outputs, page);
  console.log(`The page is at ${outputOf(outputs, 'PageWebUrl')}`);
});

function keptSettings(): Record<string, unknown> {
  const file = join(import.meta.dirname, '../../cdk.context.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/**
 * What would be found wrong half-way, and leave protected tables, buckets and a pool behind after the rollback.
 * @throws Error where the sign-in prefix is taken or the mail domain not verified
 */
async function checkBefore({ signInPrefix, issuer, mailDomain }: Settings): Promise<void> {
  if (issuer) return;
  await checkMailDomain(new SESv2Client({}), mailDomain);
  const client = new CognitoIdentityProviderClient({});
  const ownPool = (await outputsThere()).find(({ OutputKey }) => OutputKey?.startsWith('SignInUserPool'))?.OutputValue;
  await checkSignInPrefix(client, signInPrefix, { region: await client.config.region(), ownPool });
}

/** Outputs of the stack that is deployed already. */
async function outputsThere() {
  try {
    const { Stacks = [] } = await new CloudFormationClient({}).send(
      new DescribeStacksCommand({ StackName: 'ClosingBell' }),
    );
    return Stacks[0]?.Outputs ?? [];
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return [];
    throw error;
  }
}
