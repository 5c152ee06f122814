import { CfnTable, CfnTableOptimizer } from 'aws-cdk-lib/aws-glue';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Dataset } from '../../lambdas/contracts/dataset.ts';
import { newIcebergTable } from '../../lambdas/contracts/iceberg-schema.ts';
import { AppStack } from './stack.ts';

/** Files that no snapshot has are removed after this time: longer than any write takes. */
const ORPHAN_DAYS = 7;

export interface LakeTableProps {
  readonly dataset: Dataset;
  readonly catalogId: string;
  readonly database: string;
  readonly bucket: Bucket;
  /** What Glue may do when it looks after the table. */
  readonly optimizer: Role;
}

/** The Glue table of a dataset, an Iceberg table (v2). Glue expires its snapshots, removes orphans, and compacts what other engines write. */
export class LakeTable extends Construct {
  readonly table: CfnTable;

  constructor(scope: Construct, id: string, { dataset, catalogId, database, bucket, optimizer }: LakeTableProps) {
    super(scope, id);
    const { schema, 'partition-spec': spec, 'write-order': order, properties, name } = newIcebergTable(dataset);
    const location = `s3://${bucket.bucketName}/${dataset.layer}/${name}`;
    this.table = new CfnTable(this, 'Table', {
      catalogId,
      databaseName: database,
      name,
      openTableFormatInput: {
        icebergInput: {
          metadataOperation: 'CREATE',
          version: '2',
          icebergTableInput: {
            location,
            schema,
            properties,
            ...(spec.fields.length > 0 && {
              partitionSpec: {
                fields: spec.fields.map((field) => ({
                  sourceId: field['source-id'],
                  fieldId: field['field-id'],
                  name: field.name,
                  transform: field.transform,
                })),
              },
            }),
            writeOrder: {
              orderId: order['order-id'],
              fields: order.fields.map((field) => ({
                sourceId: field['source-id'],
                transform: field.transform,
                direction: field.direction,
                nullOrder: field['null-order'],
              })),
            },
          },
        },
      },
    });
    // A table of a deployment that failed would be in the way of the next one.
    this.table.applyRemovalPolicy(AppStack.of(this).lakeRemoval);
    const { snapshotDays, snapshots } = dataset.retention;
    const optimize = (type: string, configuration: object) => {
      const own = new CfnTableOptimizer(this, type, {
        catalogId,
        databaseName: database,
        tableName: name,
        type,
        tableOptimizerConfiguration: { enabled: true, roleArn: optimizer.roleArn, ...configuration },
      });
      own.addResourceDependency(this.table);
      // Glue tries the permissions when it creates an optimizer.
      own.node.addDependency(optimizer);
    };
    optimize('retention', {
      retentionConfiguration: {
        icebergConfiguration: {
          snapshotRetentionPeriodInDays: snapshotDays,
          numberOfSnapshotsToRetain: snapshots,
          cleanExpiredFiles: true,
        },
      },
    });
    optimize('orphan_file_deletion', {
      orphanFileDeletionConfiguration: {
        icebergConfiguration: { orphanFileRetentionPeriodInDays: ORPHAN_DAYS, location },
      },
    });
    // A delivery has files of its own in bronze, and few: there is nothing to compact.
    if (dataset.layer !== 'bronze')
      optimize('compaction', { compactionConfiguration: { icebergConfiguration: { strategy: 'binpack' } } });
  }
}
