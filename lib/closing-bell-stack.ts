import type { Duration, StackProps } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { CalendarOverrides } from '../lambdas/contracts/calendar-overrides.ts';
import type { Collector } from '../lambdas/contracts/collectors.ts';
import type { NewFeedSchedule } from '../lambdas/contracts/feed-schedules.ts';
import type { MailSender } from '../lambdas/contracts/mailed-files.ts';
import type { QueueConcurrency } from '../lambdas/contracts/queue-names.ts';
import type { Vendor } from '../lambdas/contracts/vendors.ts';
import { Api } from './api.ts';
import { Charts } from './charts.ts';
import { Collectors } from './collectors.ts';
import { DataKey } from './constructs/data-key.ts';
import { AppStack, type Platform } from './constructs/stack.ts';
import { Dashboard } from './dashboard.ts';
import { Drop } from './drop.ts';
import { FanOut } from './fan-out.ts';
import { Feedback } from './feedback.ts';
import { Feeds } from './feeds.ts';
import { Gateway } from './gateway.ts';
import { Ingest } from './ingest.ts';
import { Lake } from './lake.ts';
import { Mail } from './mail.ts';
import { MailedFiles } from './mailed-files.ts';
import { Operations, type SlackChannel } from './operations.ts';
import { Page } from './page.ts';
import { Prices } from './prices.ts';
import { SavedQueries } from './saved-queries.ts';
import { originsOf, SignIn, type SignInSettings } from './sign-in.ts';
import { SmokeTest } from './smoke-test.ts';
import { Subscribers } from './subscribers.ts';
import { Tries } from './tries.ts';

export interface ClosingBellProps extends StackProps {
  readonly platform: Platform;
  /** Domain of the sender. */
  readonly mailDomain: string;
  /** Own address of the page (no trailing slash) and its certificate; undefined uses CloudFront's address. */
  readonly ownAddress?: { readonly webUrl: string; readonly certificateArn: string } | undefined;
  /** Address of the page if this stack does not serve it, as on a laptop. */
  readonly webUrl?: string | undefined;
  readonly signIn: SignInSettings;
  /** Mail addresses that get every alarm. */
  readonly operators: string[];
  /** ARN of a topic of yours that gets every alarm too. */
  readonly alarmTopicArn?: string | undefined;
  /** A channel that gets every alarm too. */
  readonly slack?: SlackChannel | undefined;
  /** Above this (USD a month, the whole account) the operators get a mail. */
  readonly monthlyBudget?: number | undefined;
  /** Share of bad rows (0 to 1) above which a file is rejected. */
  readonly maxRejectedShare: number;
  /** Relative move of a close (0.5 is 50 %) above which it is suspect. */
  readonly suspectMove: number;
  /** Invocations at once that each queue may cause. Together with requests they must fit into the account's quota. */
  readonly concurrency: QueueConcurrency;
  /** Invocations that are kept free for requests of the page, if the account's quota allows it. */
  readonly reservedForPage?: number | undefined;
  /** True if tables, buckets, accounts, keys and the lake outlive the stack. */
  readonly keepsData: boolean;
  /** True to encrypt tables, buckets and secrets with a key of your own, which the stack makes. */
  readonly ownKey?: boolean;
  /** How long logs are kept. */
  readonly logRetention: RetentionDays;
  readonly fanOut: { readonly timeout: Duration };
  /** How long a claim waits for SES's confirmation before it may be retried. */
  readonly claimRetryAfter: Duration;
  /** Share (0 to 1) of the account's SES rate. */
  readonly sesRateShare: number;
  /** True to send mails over TLS only. */
  readonly requireTls: boolean;
  /** How long SES may take to answer. */
  readonly sesTimeout: Duration;
  /** Market-data APIs that are asked by schedule. */
  readonly collectors: readonly Collector[];
  /** Vendors with an AWS account of their own, and the feeds to which they upload. */
  readonly vendors: readonly Vendor[];
  /** Vendors who mail their files, and the feeds to which these go. */
  readonly mailSenders: readonly MailSender[];
  /** The active rule set of SES, if it is yours: it gets the rule for vendors' mails. */
  readonly receiptRuleSet?: string | undefined;
  /** When the files of feeds are due. */
  readonly feeds: readonly NewFeedSchedule[];
  /** Holidays and sessions that are not in the calendar of the code. */
  readonly calendarOverrides: CalendarOverrides;
  /** Hour of the day in New York at which a smoke test begins; undefined for none. */
  readonly smokeTestAt?: number | undefined;
  /** Address of the recorded vendor on a laptop, which answers instead of them. */
  readonly vendorsUrl?: string | undefined;
}

/** The flow, top to bottom: a file is uploaded, and subscribers who follow a changed ticker get a mail. */
export class ClosingBellStack extends AppStack {
  override readonly platform: Platform;
  override readonly concurrency: QueueConcurrency;
  override readonly logRetention: RetentionDays;
  override readonly keepsData: boolean;
  override readonly dataKey: Key | undefined;
  override readonly alarmActions: readonly IAlarmAction[];

  constructor(scope: Construct, id: string, props: ClosingBellProps) {
    super(scope, id, props);
    const { fanOut, claimRetryAfter } = props;
    this.platform = props.platform;
    this.concurrency = props.concurrency;
    this.logRetention = props.logRetention;
    this.keepsData = props.keepsData;
    this.dataKey = props.ownKey ? new DataKey(this, 'DataKey').key : undefined;
    this.alarmActions = new Operations(this, 'Operations', props).alarmActions;

    const drop = new Drop(this, 'Drop', props);
    const prices = new Prices(this, 'Prices', props);
    const subscribers = new Subscribers(this, 'Subscribers');
    const ingest = new Ingest(this, 'Ingest', { drop, prices, subscribers, maxRejectedShare: props.maxRejectedShare });

    new MailedFiles(this, 'MailedFiles', { drop, ...props });
    const feeds = new Feeds(this, 'Feeds', { drop, ...props });
    const collectors = new Collectors(this, 'Collectors', { drop, ingest, prices, ...props });
    new Lake(this, 'Lake', { ingest, prices });

    const mail = new Mail(this, 'Mail', { domain: props.mailDomain, ...props });
    const webUrl = props.webUrl ?? this.#page(props);
    const signIn = new SignIn(this, 'SignIn', { settings: props.signIn, mail, webUrl });
    const gateway = new Gateway(this, 'Gateway', { signIn, webUrl });

    new FanOut(this, 'FanOut', { ingest, prices, subscribers, mail, gateway, ...fanOut, claimRetryAfter });
    new Feedback(this, 'Feedback', { mail, subscribers });

    const tries = new Tries(this, 'Tries', { webUrl });
    new Api(this, 'Api', {
      gateway,
      signIn,
      drop,
      tries,
      prices,
      ingest,
      collectors,
      subscribers,
      mail,
      feeds,
      reserved: props.reservedForPage,
    });
    new Charts(this, 'Charts', { gateway, prices, ingest, subscribers, mail });

    new SmokeTest(this, 'SmokeTest', { drop, ...props });
    new Dashboard(this, 'Dashboard', { feeds });
    new SavedQueries(this, 'Queries');
  }

  #page({ ownAddress, signIn }: ClosingBellProps): string {
    return new Page(this, 'Page', { ownAddress, signInOrigins: originsOf(this, signIn) }).webUrl;
  }
}
