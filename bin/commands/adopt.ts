import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { paginateListSecrets, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { commandLine, WrongUsage } from '../command-line.ts';
import { deployedOutputs, STACK } from '../deployment/deployed-stack.ts';
import { type AccountNames, leftovers, missingReferences } from '../deployment/leftovers.ts';
import { useProfile } from '../deployment/profile.ts';
import { withStage } from '../deployment/stage-option.ts';

const USAGE = `Usage: npm run adopt -- [--use NAME]… [OPTION…]

Looks for tables, buckets and the secret of links that a deleted stack left behind, and prints the commands with which a new stack takes
them over. Changes nothing. All other options are passed to CDK, as those of npm run deploy.
  --stage NAME  dev, staging or prod (the default)
  --use NAME    which one to take, where several stacks have left one`;

await commandLine(USAGE, async () => {
  const given = process.argv.slice(2);
  const isUse = (at: number) => given[at] === '--use' || given[at - 1] === '--use';
  const use = given.filter((_, at) => given[at - 1] === '--use');
  if (given.at(-1) === '--use') throw new WrongUsage('Expected a name after --use, found none.');
  const options = withStage(given.filter((_, at) => !isUse(at)));
  useProfile(options);
  if (await deployedOutputs())
    throw new Error(
      `Found a stack ${STACK} in this account and region: adopt is for after cdk destroy, and nothing is to do for a stack that runs. If cdk import made it just now, go on with npm run deploy.`,
    );
  const folder = mkdtempSync(join(tmpdir(), 'closing-bell-adopt-'));
  const { status } = spawnSync('cdk', ['synth', STACK, '--quiet', '--output', join(folder, 'cdk.out'), ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  const { Resources } = JSON.parse(readFileSync(join(folder, 'cdk.out', `${STACK}.template.json`), 'utf8'));
  const references = missingReferences(Resources);
  if (references.length > 0)
    throw new Error(
      `What is adopted would refer to ${references.join(', ')}, which the new stack does not have yet: CloudFormation refuses that. Set ownKey: false in the stage, adopt and deploy, then set it to true and deploy again.`,
    );
  const { mapping, missing, ambiguous } = leftovers(STACK, Resources, await accountNames(), use);
  if (ambiguous.length > 0)
    throw new Error(
      `Several stacks have left something behind. Which one do you want? Name one of each line with --use:\n${ambiguous.map(({ names }) => names.join('  ')).join('\n')}`,
    );
  if (Object.keys(mapping).length === 0) {
    console.log('Nothing is left of a stack before: npm run deploy makes everything anew.');
    return;
  }
  const file = join(folder, 'leftovers.json');
  writeFileSync(file, JSON.stringify(mapping, undefined, 2));
  for (const [logicalId, identifier] of Object.entries(mapping))
    console.log(`${logicalId}: ${Object.values(identifier).join()}`);
  if (missing.length > 0) console.log(`Made anew, since nothing is left of them: ${missing.join(', ')}`);
  const passed = options.map((option) => ` ${option}`).join('');
  console.log(
    `\nTo take them over, then add the rest:\n  npx cdk import ${STACK} --resource-mapping ${file}${passed}\n  npm run deploy --${passed}`,
  );
});

async function accountNames(): Promise<AccountNames> {
  const tables: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client: new DynamoDBClient({}) }, {}))
    tables.push(...TableNames);
  const { Buckets = [] } = await new S3Client({}).send(new ListBucketsCommand({}));
  const secrets = new Map<string, string>();
  for await (const { SecretList = [] } of paginateListSecrets({ client: new SecretsManagerClient({}) }, {}))
    for (const { Name = '', ARN = '' } of SecretList) secrets.set(Name, ARN);
  return { tables, buckets: Buckets.map(({ Name = '' }) => Name), secrets };
}
