import type { SESClient } from '@aws-sdk/client-ses';
import type { Outputs } from './deployed-stack.ts';
import { receiveAgain, stopReceiving } from './receipt-rules.ts';

type Deployment = {
  ses: SESClient;
  planned: Parameters<typeof stopReceiving>[1];
  /** Outputs of the deployed stack as it was looked at; undefined if there is none. */
  outputs: () => Promise<Outputs | undefined>;
  /** True while CloudFormation is changing the stack. */
  isChanging: () => Promise<boolean>;
  /** Runs cdk deploy, and waits for it. @returns its exit status */
  run: () => number | null;
};

/**
 * Runs cdk deploy. Where it removes the rule set by which SES receives mails of vendors, receiving is stopped before. If the rule set is
 * still there afterwards, whatever the reason, SES receives again; but not while CloudFormation may still remove it.
 * @returns its exit status, and the outputs of the stack afterwards
 * @throws Error if it ended before CloudFormation, and receiving is stopped
 */
export async function deployStack({ ses, planned, outputs, isChanging, run }: Deployment) {
  const hasStopped = await stopReceiving(ses, planned, (await outputs()) ?? {});
  // Ctrl-C ends cdk, which then says so; what follows is still to be done.
  const goOn = () => undefined;
  process.on('SIGINT', goOn);
  try {
    const status = run();
    if (hasStopped && (await isChanging()))
      throw new Error(
        'CloudFormation goes on with the deployment, and SES receives no mails of vendors meanwhile. When it has ended, run npm run deploy again.',
      );
    const after = (await outputs()) ?? {};
    if (hasStopped) await receiveAgain(ses, after);
    return { status, outputs: after };
  } finally {
    process.off('SIGINT', goOn);
  }
}
