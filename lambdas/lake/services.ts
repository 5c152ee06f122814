import { dynamoDbClient, s3Client, sqsClient } from '../adapters/clients.ts';
import { deliveriesTable } from '../adapters/deliveries-table.ts';
import { lakeCatalog } from '../adapters/lake-catalog.ts';
import { lakeObjects } from '../adapters/lake-objects.ts';
import { lakeQueue } from '../adapters/lake-queue.ts';
import { recordsBucket } from '../adapters/records-bucket.ts';
import { sourceQueue } from '../adapters/source-queue.ts';
import { Env, type Environment } from '../contracts/environment.ts';
import { sourceOptions } from '../runtime/partial-batch.ts';
import type { LakePorts } from './ports.ts';

/** Everything the lake needs, created once per cold start. */
export function lakeServices(env: Environment) {
  const s3 = s3Client();
  const sqs = sqsClient();
  const region = env.text(Env.region);
  const glue = env.optional(Env.glueEndpoint) ?? `https://glue.${region}.amazonaws.com`;
  const ports: LakePorts = {
    records: recordsBucket(s3, env.text(Env.recordsBucket)),
    deliveries: deliveriesTable(dynamoDbClient(), env.text(Env.deliveriesTable)),
    objects: lakeObjects(s3),
    catalog: lakeCatalog({
      url: `${glue}/iceberg`,
      region,
      catalog: env.text(Env.lakeCatalog),
      databasePrefix: env.optional(Env.lakeDatabasePrefix) ?? '',
      credentials: () => s3.config.credentials(),
    }),
    hints: lakeQueue(sqs, env.text(Env.lakeQueueUrl)),
  };
  return { ports, source: sourceQueue(sqs, sourceOptions(env)) };
}
