import { type Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { checkTimes } from '../lambdas/contracts/sending.ts';
import { Api } from './api.ts';
import type { Platform } from './constructs/function.ts';
import { Drop } from './drop.ts';
import { FanOut } from './fan-out.ts';
import { Feedback } from './feedback.ts';
import { Ingest } from './ingest.ts';
import { Mail } from './mail.ts';
import { Operations } from './operations.ts';
import { Page } from './page.ts';
import { Prices } from './prices.ts';
import { Refreshed } from './refreshed.ts';
import { originsOf, SignIn, type SignInSettings } from './sign-in.ts';
import { Subscribers } from './subscribers.ts';
import { Subscriptions } from './subscriptions.ts';

export interface ClosingBellProps extends StackProps {
  readonly platform: Platform;
  /** Domain the digests come from. */
  readonly mailDomain: string;
  /** The page's address (no trailing slash) and its certificate; without them CloudFront's own serves. */
  readonly ownAddress?: { readonly webUrl: string; readonly certificateArn: string } | undefined;
  /** Where the page is when it is not ours to serve, as on a laptop. */
  readonly webUrl?: string | undefined;
  readonly signIn: SignInSettings;
  /** Mailboxes told of every alarm. */
  readonly operators: string[];
  /** Share of bad rows (0 to 1) above which a file is rejected whole. */
  readonly maxRejectedShare: number;
  /** Relative move of a close (0.5 is 50 %) above which it is suspect. */
  readonly suspectMove: number;
  /** Into how many parts fan-out splits the subscribers, how many of them run at once, and how long one may run. */
  readonly fanOut: { readonly segments: number; readonly concurrency: number; readonly timeout: Duration };
  /** How long a digest whose sending is in doubt waits for SES's word. */
  readonly claimSettlesAfter: Duration;
  /** How long SES may take to answer. */
  readonly sesTimeout: Duration;
}

/** The flow, top to bottom: a file is dropped, every subscriber has a mail. */
export class ClosingBellStack extends Stack {
  constructor(scope: Construct, id: string, props: ClosingBellProps) {
    super(scope, id, props);
    const { platform } = props;
    checkTimes({
      sesTimeout: props.sesTimeout.toSeconds(),
      fanOutTimeout: props.fanOut.timeout.toSeconds(),
      claimSettlesAfter: props.claimSettlesAfter.toSeconds(),
    });
    const { alarmAction } = new Operations(this, 'Operations', props);

    const drop = new Drop(this, 'Drop', { alarmAction });
    const prices = new Prices(this, 'Prices');
    const refreshed = new Refreshed(this, 'Refreshed', { consumerTimeout: props.fanOut.timeout, alarmAction });
    const ingest = new Ingest(this, 'Ingest', {
      drop,
      prices,
      refreshed,
      platform,
      alarmAction,
      maxRejectedShare: props.maxRejectedShare,
      fanOutSegments: props.fanOut.segments,
    });

    const subscribers = new Subscribers(this, 'Subscribers');
    const mail = new Mail(this, 'Mail', { domain: props.mailDomain, sesTimeout: props.sesTimeout });
    const webUrl =
      props.webUrl ?? new Page(this, 'Page', { own: props.ownAddress, talksTo: originsOf(this, props.signIn) }).webUrl;
    const signIn = new SignIn(this, 'SignIn', { settings: props.signIn, mail, webUrl, platform, alarmAction });
    const api = new Api(this, 'Api', { signIn, webUrl });
    const fanOut = new FanOut(this, 'FanOut', {
      prices,
      ingest,
      refreshed,
      subscribers,
      mail,
      platform,
      alarmAction,
      concurrency: props.fanOut.concurrency,
      timeout: props.fanOut.timeout,
      suspectMove: props.suspectMove,
      claimSettlesAfter: props.claimSettlesAfter,
      api,
      webUrl,
    });
    new Feedback(this, 'Feedback', { mail, fanOut, subscribers, platform, alarmAction });

    new Subscriptions(this, 'Subscriptions', {
      api,
      signIn,
      drop,
      prices,
      subscribers,
      ingest,
      fanOut,
      mail,
      platform,
      alarmAction,
      webUrl,
      suspectMove: props.suspectMove,
    });
  }
}
