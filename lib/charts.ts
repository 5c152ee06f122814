import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DRAWING } from './constructs/drawing.ts';
import { AppFunction } from './constructs/function.ts';
import type { Gateway } from './gateway.ts';
import type { Ingest } from './ingest.ts';
import type { Mail } from './mail.ts';
import type { Prices } from './prices.ts';
import type { Subscribers } from './subscribers.ts';

export interface ChartsProps {
  readonly gateway: Gateway;
  readonly prices: Prices;
  readonly ingest: Ingest;
  readonly subscribers: Subscribers;
  readonly mail: Mail;
}

/** The function that answers routes with charts, and mails previews. */
export class Charts extends Construct {
  constructor(scope: Construct, id: string, { gateway, prices, ingest, subscribers, mail }: ChartsProps) {
    super(scope, id);
    const charts = new AppFunction(this, 'Charts', {
      ...DRAWING,
      files: [
        ...DRAWING.files,
        'node_modules/lightweight-charts/dist/lightweight-charts.standalone.production.js',
        'lambdas/charts/plots/plot-script.js',
      ],
      capability: 'charts',
      description: 'Draws charts for the page, shows plots, and mails previews',
      timeout: Duration.seconds(30),
      failures: 'RequestsFailed',
      impact: 'Charts on the page, plots and previews fail. Digests are not affected. Runbook: charts.',
    });
    gateway.route('charts', charts);
    gateway.grantLinks(charts);
    gateway.grantLimits(charts);
    subscribers.grantRead(charts);
    prices.grantRead(charts);
    prices.grantListTickers(charts);
    prices.grantListDeliveries(charts);
    ingest.grantReadRecords(charts);
    mail.grantSend(charts);
  }
}
