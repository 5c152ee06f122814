import { ArnFormat, CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DATASETS } from '../datasets/datasets.ts';
import type { Dataset } from '../lambdas/contracts/dataset.ts';
import { Env } from '../lambdas/contracts/environment.ts';
import { AppAlarm } from './constructs/alarm.ts';
import { AppBucket } from './constructs/bucket.ts';
import { AppFunction } from './constructs/function.ts';
import { LakeTable } from './constructs/lake-table.ts';
import { AppQueue } from './constructs/queue.ts';
import { AppStack } from './constructs/stack.ts';
import type { Ingest } from './ingest.ts';
import { LakeQueries } from './lake-queries.ts';
import type { Prices } from './prices.ts';

const LAYERS: Dataset['layer'][] = ['bronze', 'silver', 'gold'];

export interface LakeProps {
  readonly ingest: Ingest;
  readonly prices: Prices;
}

const databasePrefix = (stackName: string): string =>
  `${stackName
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '_')}_`;

/** Names in the catalog of the account, which outlive the stack. */
export const lakeDatabases = (stackName: string): string[] =>
  LAYERS.map((layer) => `${databasePrefix(stackName)}${layer}`);

/** Iceberg tables of everything that was delivered, for analysts and their engines. */
export class Lake extends Construct {
  readonly #files: AppBucket;
  readonly #databasePrefix: string;

  constructor(scope: Construct, id: string, { ingest, prices }: LakeProps) {
    super(scope, id);
    const stack = Stack.of(this);
    // Databases belong to the account. A laptop has one stack.
    this.#databasePrefix = AppStack.of(this).platform === 'aws' ? databasePrefix(stack.stackName) : '';
    // Iceberg keeps versions of its own: of a file that it drops, S3 keeps the old version only for mistakes.
    this.#files = new AppBucket(this, 'Files', { oldVersionsFor: Duration.days(14) });
    const reports = new AppQueue(this, 'Reports', {
      impact:
        'A delivery is not in the lake after ten tries: analysts miss it, or see an older revision. Runbook: lake.',
      waiting: {
        atMost: Duration.hours(2),
        impact: 'Deliveries have been waiting for the lake for 2 hours: analysts see older data. Runbook: waiting.',
      },
    });
    ingest.announceReports(reports);
    new Rule(this, 'Daily', {
      description: 'Brings in what the lake lacks, and drops what it no longer keeps',
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new SqsQueue(reports.queue, { deadLetterQueue: reports.deadLetters })],
    });
    const lake = new AppFunction(this, 'Lake', {
      capability: 'lake',
      failures: 'MessagesFailed',
      description: 'Brings deliveries into the tables of the lake',
      timeout: Duration.minutes(10),
      memorySize: 2048,
      // The daily message sends a message for each delivery that is missing.
      feedsItself: true,
      impact: 'The lake fails or times out: analysts see older data. Prices and mails are not affected. Runbook: lake.',
    });
    reports.feed(lake, { batchSize: 1 });
    reports.grantSend(lake, Env.lakeQueueUrl);
    ingest.grantReadRecords(lake);
    prices.grantListDeliveries(lake, { alsoOne: true });
    this.#makeTables();
    this.#grantWrite(lake);
    new AppAlarm(this, 'WithoutRows', {
      metric: lake.metric('DeliveriesWithoutRows'),
      threshold: 1,
      impact: 'Deliveries that are older than the lake are not in it until they are replayed. Runbook: lake.',
    });
    new AppAlarm(this, 'Behind', {
      metric: lake.metric('DeliveriesBehind'),
      threshold: 1,
      impact:
        'Deliveries were not in the lake an hour after they were decided; they are brought in again. Runbook: lake.',
    });
    new CfnOutput(this, 'LakeBucket', { value: this.#files.bucket.bucketName, description: 'Files of the lake' });
    new CfnOutput(this, 'LakeAddress', {
      value: `glue://${stack.region}/${stack.account}/${this.#databasePrefix}`,
      description: 'Analysts give it to the client: npx closing-bell summary --lake ADDRESS',
    });
  }

  readonly #databaseOf = (layer: string): string => `${this.#databasePrefix}${layer}`;

  #makeTables(): void {
    const catalogId = Stack.of(this).account;
    const { bucket } = this.#files;
    const optimizer = this.#optimizerRole();
    const databases = LAYERS.map((layer) => {
      const database = new CfnDatabase(this, layer, { catalogId, databaseInput: { name: this.#databaseOf(layer) } });
      database.applyRemovalPolicy(AppStack.of(this).lakeRemoval);
      return database;
    });
    for (const dataset of DATASETS) {
      const { table } = new LakeTable(this, `${dataset.layer}-${dataset.name}`, {
        dataset,
        catalogId,
        database: this.#databaseOf(dataset.layer),
        bucket,
        optimizer,
      });
      for (const database of databases) table.addResourceDependency(database);
    }
    const queries = new LakeQueries(this, 'Queries', {
      catalogId,
      databaseOf: this.#databaseOf,
      name: Stack.of(this).stackName,
    });
    queries.node.addDependency(...databases);
  }

  /** Glue looks after the tables: it may change them and their files. */
  #optimizerRole(): Role {
    const role = new Role(this, 'Optimizer', { assumedBy: new ServicePrincipal('glue.amazonaws.com') });
    const { bucket } = this.#files;
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
    allow(
      ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      LAYERS.map((layer) => bucket.arnForObjects(`${layer}/*`)),
    );
    allow(['s3:ListBucket', 's3:GetBucketLocation'], [bucket.bucketArn]);
    allow(['glue:GetTable', 'glue:UpdateTable'], this.#tableArns());
    const logs = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: '/aws-glue/iceberg-*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], [logs]);
    const name = Stack.of(this).getLogicalId(bucket.node.defaultChild as CfnBucket);
    for (const resource of [
      ...LAYERS.map((layer) => `<${name}.Arn>/${layer}/*`),
      'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws-glue/iceberg-*',
    ])
      Validations.of(role).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`,
        reason: 'Glue rewrites files and writes logs whose names it chooses itself.',
      });
    return role;
  }

  /** The catalog, then its databases and tables. */
  #tableArns(): string[] {
    const arnOf = (resource: string, resourceName?: string) =>
      Stack.of(this).formatArn({ service: 'glue', resource, ...(resourceName && { resourceName }) });
    return [
      arnOf('catalog'),
      ...LAYERS.map((layer) => arnOf('database', this.#databaseOf(layer))),
      ...DATASETS.map(({ layer, name }) => arnOf('table', `${this.#databaseOf(layer)}/${name}`)),
    ];
  }

  #grantWrite(target: AppFunction): void {
    target.setEnvironment(Env.lakeCatalog, Stack.of(this).account);
    target.setEnvironment(Env.lakeDatabasePrefix, this.#databasePrefix);
    const [catalog = '', ...tables] = this.#tableArns();
    target.allow(['glue:GetCatalog'], [catalog]);
    target.allow(['glue:GetTable', 'glue:UpdateTable'], [catalog, ...tables]);
    for (const layer of LAYERS) target.allowObjects(['s3:GetObject', 's3:PutObject'], this.#files.bucket, `${layer}/`);
    target.allowListing(this.#files.bucket);
  }
}
