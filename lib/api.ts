import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import type { StackQueues } from '../lambdas/contracts/queue-names.ts';
import type { Collectors } from './collectors.ts';
import { AppFunction } from './constructs/function.ts';
import { AppQueue } from './constructs/queue.ts';
import type { Drop } from './drop.ts';
import type { Feeds } from './feeds.ts';
import type { Gateway } from './gateway.ts';
import type { Ingest } from './ingest.ts';
import type { Mail } from './mail.ts';
import type { Prices } from './prices.ts';
import type { SignIn } from './sign-in.ts';
import type { Subscribers } from './subscribers.ts';
import type { Tries } from './tries.ts';

export interface ApiProps {
  readonly gateway: Gateway;
  readonly signIn: SignIn;
  readonly drop: Drop;
  readonly tries: Tries;
  readonly prices: Prices;
  readonly ingest: Ingest;
  readonly collectors: Collectors;
  readonly subscribers: Subscribers;
  readonly mail: Mail;
  readonly feeds: Feeds;
  /** Invocations that are kept free for it. */
  readonly reserved: number | undefined;
}

/** The function that answers all routes but those that draw charts. */
export class Api extends Construct {
  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const { gateway, signIn, drop, tries, prices, ingest, collectors, subscribers, mail, feeds, reserved } = props;
    const api = new AppFunction(this, 'Api', {
      capability: 'api',
      description: 'Answers the API: subscriptions, prices, deliveries, links in mails',
      // An invitation may wait for its turn and for SES.
      timeout: Duration.seconds(29),
      memorySize: 1024,
      failures: 'RequestsFailed',
      ...(reserved !== undefined && { reserved }),
      impact: 'Requests to the API fail: subscribers cannot change their subscriptions. Runbook: api.',
    });
    gateway.route('api', api);
    gateway.routeUnknown(api);
    gateway.grantLinks(api);
    gateway.grantLimits(api, { alsoNotes: true });
    signIn.grantErase(api);
    subscribers.grantManage(api);
    subscribers.grantScan(api);
    prices.grantRead(api, { alsoBatches: true });
    prices.grantListTickers(api);
    prices.grantListDeliveries(api, { alsoOne: true });
    ingest.grantReadRecords(api);
    ingest.grantManageProfiles(api);
    ingest.setLimits(api);
    drop.grantCommand(api);
    drop.grantDeclare(api);
    drop.grantSignUploads(api);
    collectors.grantOperate(api);
    api.setEnvironment(Env.queues, Stack.of(this).toJsonString(queuesFor(this, api)));
    feeds.tell(api);
    tries.grantTry(api);
    mail.grantSend(api);
    mail.grantReadAndErase(api);
  }
}

/** The queues of the stack, which a function may operate. */
function queuesFor(scope: Construct, api: AppFunction): StackQueues {
  const all = Stack.of(scope)
    .node.findAll()
    .filter((one) => one instanceof AppQueue);
  return Object.fromEntries(all.map((queue) => [queue.name, queue.grantOperate(api)]));
}
