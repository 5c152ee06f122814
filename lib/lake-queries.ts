import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { PRICES_COLUMNS, pricesView } from '../datasets/prices-view.ts';
import { AppBucket } from './constructs/bucket.ts';

/** A query that would scan more than this is stopped: about five cents. */
const MAX_SCANNED_BYTES = 10_000_000_000;

export interface LakeQueriesProps {
  readonly catalogId: string;
  /** Name of the database of a layer. */
  readonly databaseOf: (layer: string) => string;
  readonly name: string;
}

/** What analysts find in Athena: the view `prices`, a workgroup with a limit, and queries to begin with. */
export class LakeQueries extends Construct {
  constructor(scope: Construct, id: string, { catalogId, databaseOf, name }: LakeQueriesProps) {
    super(scope, id);
    const silver = databaseOf('silver');
    const view = pricesView((table) => `${silver}.${table}`);
    new CfnTable(this, 'Prices', {
      catalogId,
      databaseName: silver,
      tableInput: {
        name: 'prices',
        tableType: 'VIRTUAL_VIEW',
        parameters: { presto_view: 'true', comment: 'What is current: one row for each ticker and date.' },
        viewExpandedText: '/* Presto View */',
        viewOriginalText: prestoView(view, silver),
        partitionKeys: [],
        storageDescriptor: {
          // Athena reads no view without them.
          location: '',
          serdeInfo: { parameters: {} },
          columns: Object.entries(PRICES_COLUMNS).map(([column, type]) => ({ name: column, type: hiveType(type) })),
        },
      },
    });
    const { bucket } = new AppBucket(this, 'Results', { keptFor: Duration.days(30) });
    const workGroup = new CfnWorkGroup(this, 'WorkGroup', {
      name,
      description: 'Queries of the lake',
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        bytesScannedCutoffPerQuery: MAX_SCANNED_BYTES,
        publishCloudWatchMetricsEnabled: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${bucket.bucketName}/`,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
    workGroup.applyRemovalPolicy(RemovalPolicy.DESTROY);
    for (const [title, { description, sql }] of Object.entries(namedQueries(silver, databaseOf('gold')))) {
      const query = new CfnNamedQuery(this, title.replaceAll(' ', ''), {
        name: title,
        description,
        database: silver,
        workGroup: name,
        queryString: sql,
      });
      query.addResourceDependency(workGroup);
    }
  }
}

/** Athena's own form of a view. */
function prestoView(sql: string, schema: string): string {
  const columns = Object.entries(PRICES_COLUMNS).map(([name, type]) => ({ name, type }));
  const definition = JSON.stringify({ originalSql: sql, catalog: 'awsdatacatalog', schema, columns });
  return `/* Presto View: ${Buffer.from(definition).toString('base64')} */`;
}

const hiveType = (type: string): string => (type === 'varchar' ? 'string' : type);

const namedQueries = (silver: string, gold: string): Record<string, { description: string; sql: string }> => ({
  'Current prices': {
    description: 'The last 250 closes of a ticker',
    sql: `select * from ${silver}.prices where ticker = 'AAPL' order by date desc limit 250`,
  },
  'Prices as of a delivery': {
    description: 'What was known when a delivery had come: the last version up to it, less retirements up to it',
    sql: `with known as (
  select *, row_number() over (partition by ticker, date order by precedence desc) as newest
  from ${silver}.price_versions
  where precedence <= '2020-01-10.incremental/'
)
select ticker, date, close, delivery
from known k
where newest = 1 and close is not null
  and not exists (
    select 1 from ${silver}.retirements r
    where r.ticker = k.ticker and r.precedence > k.precedence and r.precedence <= '2020-01-10.incremental/'
  )
order by ticker, date`,
  },
  'Quality of the last 30 days': {
    description: 'How deliveries ended, the newest first',
    sql: `select * from ${gold}.quality where file_date >= current_date - interval '30' day order by known_at desc`,
  },
  'Averages and 52 weeks': {
    description: 'Moving averages of 20 and 50 closes, the change of a day and the range of 52 weeks',
    sql: `select ticker, date, adjusted_close,
  case when count(*) over w20 = 20 then avg(adjusted_close) over w20 end as sma20,
  case when count(*) over w50 = 50 then avg(adjusted_close) over w50 end as sma50,
  adjusted_close / lag(adjusted_close) over (partition by ticker order by date) - 1 as change,
  min(adjusted_close) over w52 as low_52_weeks,
  max(adjusted_close) over w52 as high_52_weeks
from ${silver}.prices
where ticker = 'AAPL'
window w20 as (partition by ticker order by date rows 19 preceding),
  w50 as (partition by ticker order by date rows 49 preceding),
  w52 as (partition by ticker order by date range interval '364' day preceding)
order by date desc`,
  },
});
