import { type Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Platform } from './building-blocks/house-function.ts';
import { Drop } from './drop.ts';
import { FanOut } from './fan-out.ts';
import { Feedback } from './feedback.ts';
import { Ingest } from './ingest.ts';
import { Mail } from './mail.ts';
import { Operations } from './operations.ts';
import { Prices } from './prices.ts';
import { Refreshed } from './refreshed.ts';
import { Subscribers } from './subscribers.ts';

export interface ClosingBellProps extends StackProps {
  readonly platform: Platform;
  /** Domain the digests come from. */
  readonly mailDomain: string;
  /** Where subscribers manage what they get; no trailing slash. */
  readonly webUrl: string;
  /** Mailboxes told of every alarm. */
  readonly operators: string[];
  /** Share of bad rows (0 to 1) above which a file is rejected whole. */
  readonly maxRejectedShare: number;
  /** Relative move of a close (0.5 is 50 %) above which it is suspect. */
  readonly suspectMove: number;
  /** Into how many parts fan-out splits the subscribers, and how many of them run at once. */
  readonly fanOut: { readonly segments: number; readonly concurrency: number };
  /** How long a digest whose sending is in doubt waits for SES's word. */
  readonly claimSettlesAfter: Duration;
}

/** The flow, top to bottom: a file is dropped, every subscriber has a mail. */
export class ClosingBellStack extends Stack {
  constructor(scope: Construct, id: string, props: ClosingBellProps) {
    super(scope, id, props);
    const { platform } = props;
    const { alarmAction } = new Operations(this, 'Operations', props);

    const drop = new Drop(this, 'Drop', { alarmAction });
    const prices = new Prices(this, 'Prices');
    const refreshed = new Refreshed(this, 'Refreshed', { alarmAction });
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
    const mail = new Mail(this, 'Mail', { domain: props.mailDomain });
    const fanOut = new FanOut(this, 'FanOut', {
      prices,
      ingest,
      refreshed,
      subscribers,
      mail,
      platform,
      alarmAction,
      concurrency: props.fanOut.concurrency,
      suspectMove: props.suspectMove,
      claimSettlesAfter: props.claimSettlesAfter,
      webUrl: props.webUrl,
    });
    new Feedback(this, 'Feedback', { mail, fanOut, platform, alarmAction });
  }
}
