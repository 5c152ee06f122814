import { Stack } from 'aws-cdk-lib';
import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AppFunction } from './constructs/function.ts';

/** What an engineer on call asks the logs. The runbook names them. */
const QUERIES: Record<string, string> = {
  'what happened to a delivery': 'delivery = "2020-01-10.incremental"',
  'mails that were not sent': 'message in ["mail refused", "mail not sent", "digest failed", "mail not delivered"]',
  'files that were late, rejected or held':
    'message in ["file is late", "delivery rejected", "delivery held", "delivery is suspicious", "vendor mail refused"]',
  'errors of all functions': 'level = "ERROR" or @message like /Task timed out|Runtime\\./',
};

/** Saved queries of Logs Insights, over the logs of all functions. It is made last. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { node, stackName } = Stack.of(this);
    const logGroups = node.findAll().flatMap((one) => (one instanceof AppFunction ? [one.logGroup] : []));
    for (const [name, filter] of Object.entries(QUERIES))
      new QueryDefinition(this, name.replaceAll(/\W+/g, '-'), {
        queryDefinitionName: `${stackName}/${name}`,
        queryString: new QueryString({
          fields: ['@timestamp', '@log', 'message', 'delivery', 'recipient', '@message'],
          filterStatements: [filter],
          sort: '@timestamp desc',
          limit: 200,
        }),
        logGroups,
      });
  }
}
