import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { ReceiptRule, ReceiptRuleSet, TlsPolicy } from 'aws-cdk-lib/aws-ses';
import { S3 } from 'aws-cdk-lib/aws-ses-actions';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import {
  checkMailSenders,
  type MailSender,
  mailedFilesAddress,
  mailedFilesDomain,
} from '../lambdas/contracts/mailed-files.ts';
import { AppAlarm } from './constructs/alarm.ts';
import { AppBucket } from './constructs/bucket.ts';
import { AppFunction } from './constructs/function.ts';
import { AppQueue } from './constructs/queue.ts';
import type { Drop } from './drop.ts';

/** SES uses one rule set at a time; `npm run deploy` makes this one active if there is no other. */
export const OWN_RULE_SET = 'closing-bell';

export interface MailedFilesProps {
  readonly drop: Drop;
  readonly mailDomain: string;
  /** Vendors who mail their files; with none, nothing is received. */
  readonly mailSenders: readonly MailSender[];
  /** A rule set of yours that is active already and gets our rule; undefined makes one. */
  readonly receiptRuleSet?: string | undefined;
}

/** Vendors without anything but mail: SES stores what they send, and a function uploads what is attached. */
export class MailedFiles extends Construct {
  constructor(scope: Construct, id: string, { drop, mailDomain, mailSenders, receiptRuleSet }: MailedFilesProps) {
    super(scope, id);
    const senders = checkMailSenders(mailSenders);
    if (senders.length === 0) return;
    const { bucket } = new AppBucket(this, 'Stored', { sendsEvents: true, keptFor: Duration.days(90) });
    this.#receive(bucket, mailDomain, receiptRuleSet);
    const mails = new AppQueue(this, 'Mails', {
      impact: 'A mail of a vendor failed finally: its file is missing. Runbook: mailed-files.',
      waiting: {
        atMost: Duration.minutes(30),
        impact: 'A mail of a vendor has been waiting for half an hour: its file is late. Runbook: waiting.',
      },
    });
    new Rule(this, 'MailStored', {
      description: 'SES stored a mail',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        // SES tries with this object whether it may write.
        detail: {
          bucket: { name: [bucket.bucketName] },
          object: { key: Match.anythingBut('AMAZON_SES_SETUP_NOTIFICATION') },
        },
      },
      targets: [new SqsQueue(mails.queue, { deadLetterQueue: mails.deadLetters })],
    });
    const receive = new AppFunction(this, 'Receive', {
      capability: 'receive',
      failures: 'MessagesFailed',
      description: 'Uploads the files that vendors mail',
      timeout: Duration.minutes(1),
      // A file that is not encoded takes up to 2 KB a line: measured, see domain/mailed-file/.
      memorySize: 3008,
      impact: 'Mails of vendors fail: their files wait. Runbook: mailed-files.',
    });
    mails.feed(receive, { batchSize: 1 });
    receive.setEnvironment(Env.mailSenders, JSON.stringify(senders));
    receive.setEnvironment(Env.mailsBucket, bucket.bucketName);
    receive.allowObjects(['s3:GetObject'], bucket);
    receive.allowListing(bucket);
    drop.grantUpload(receive, [...new Set(senders.map(({ feed }) => feed))]);
    new AppAlarm(this, 'Refused', {
      metric: receive.metric('MailsRefused'),
      threshold: 1,
      impact:
        'A mail with the address of a vendor was refused: its file is missing, or somebody else sent it. Runbook: mailed-files.',
    });
  }

  #receive(bucket: Bucket, mailDomain: string, receiptRuleSet: string | undefined): void {
    const address = mailedFilesAddress(mailDomain);
    const ruleSet = receiptRuleSet
      ? ReceiptRuleSet.fromReceiptRuleSetName(this, 'RuleSet', receiptRuleSet)
      : new ReceiptRuleSet(this, 'RuleSet', { receiptRuleSetName: OWN_RULE_SET });
    new ReceiptRule(this, 'Rule', {
      ruleSet,
      recipients: [address],
      tlsPolicy: TlsPolicy.REQUIRE,
      scanEnabled: true,
      // The CDK's own types disagree under exactOptionalPropertyTypes.
      actions: [new S3({ bucket: bucket as IBucket })],
    });
    const { region, account } = Stack.of(this);
    bucket.encryptionKey?.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('ses.amazonaws.com')],
        actions: ['kms:GenerateDataKey*', 'kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    const outputs = {
      Address: [address, 'Vendors mail their files to it'],
      MxRecord: [
        `${mailedFilesDomain(mailDomain)} MX 10 inbound-smtp.${region}.amazonaws.com`,
        'Add it to the DNS of the mail domain',
      ],
      ActiveRuleSet: [ruleSet.receiptRuleSetName, 'The rule set of SES that must be active'],
      StoredMails: [bucket.bucketName, 'Mails as they came, for 90 days'],
    };
    for (const [name, [value = '', description = '']] of Object.entries(outputs))
      new CfnOutput(this, name, { value, description });
  }
}
