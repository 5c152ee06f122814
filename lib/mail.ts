import { CfnOutput, type Duration, Stack, Validations } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ConfigurationSet, ConfigurationSetTlsPolicy, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import type { AppFunction } from './constructs/function.ts';
import { AppTable } from './constructs/table.ts';

export interface MailProps {
  /** Domain of the sender. */
  readonly domain: string;
  /** How long SES may take to answer. */
  readonly sesTimeout: Duration;
  /** Share (0 to 1) of the account's SES rate: other senders of the account may need the rest. */
  readonly sesRateShare: number;
  /** True to send only to mail servers that take TLS: for others the mail bounces, and its subscriber gets no more. */
  readonly requireTls: boolean;
}

/** The sender, SES's settings for our mails, and the ledger: one record per mail that must not be sent twice. */
export class Mail extends Construct {
  readonly domain: string;
  readonly sender: string;
  readonly configurationSet: ConfigurationSet;
  readonly #sesTimeout: Duration;
  readonly #sesRateShare: number;
  readonly #ledger: AppTable;

  constructor(scope: Construct, id: string, { domain, sesTimeout, sesRateShare, requireTls }: MailProps) {
    super(scope, id);
    this.domain = domain;
    this.sender = `digest@${domain}`;
    this.#sesTimeout = sesTimeout;
    this.#sesRateShare = sesRateShare;
    this.#ledger = new AppTable(this, 'Ledger', {
      partitionKey: 'recipient',
      sortKey: 'mail',
      timeToLive: 'expiresAt',
    });
    new CfnOutput(this, 'LedgerTable', { value: this.#ledger.table.tableName, description: 'State of each mail' });
    this.configurationSet = new ConfigurationSet(this, 'Digests', {
      tlsPolicy: requireTls ? ConfigurationSetTlsPolicy.REQUIRE : ConfigurationSetTlsPolicy.OPTIONAL,
      reputationMetrics: true,
      // The feedback function stops mail to bouncing addresses, and the owner can resume. SES's suppression list would reject their mail even after that.
      disableSuppressionList: true,
    });
    // SES sends events to the default bus only.
    this.configurationSet.addEventDestination('Events', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: [
        EmailSendingEvent.SEND,
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.REJECT,
      ],
    });
  }

  /** Allows a function to send mails that must not be sent twice. */
  grantSendOnce(target: AppFunction): void {
    this.grantSend(target);
    this.#ledger.grant(target, Env.ledgerTable, 'Query', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
  }

  /** Allows a function to record SES events in the ledger. */
  grantRecordEvents(target: AppFunction): void {
    this.#ledger.grant(target, Env.ledgerTable, 'UpdateItem', 'Query');
  }

  /** Allows a function to read the ledger records of a recipient, and to erase them. */
  grantReadAndErase(target: AppFunction): void {
    this.#ledger.grant(target, Env.ledgerTable, 'Query', 'GetItem', 'DeleteItem');
  }

  /**
   * Send mails as our sender, and read the account's SES rate. IAM checks more identities than the domain: an address identity of the
   * sender, and in SES's sandbox the identity of the recipient.
   */
  grantSend(target: AppFunction): void {
    const { configurationSetName } = this.configurationSet;
    target.setEnvironment(Env.sender, this.sender);
    target.setEnvironment(Env.configurationSet, configurationSetName);
    target.setEnvironment(Env.sesTimeout, String(this.#sesTimeout.toSeconds()));
    target.setEnvironment(Env.sesRateShare, String(this.#sesRateShare));
    const arnOf = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
    const resources = [arnOf('identity', '*'), arnOf('configuration-set', configurationSetName)];
    target.allow(['ses:SendEmail', 'ses:SendRawEmail'], resources, {
      StringEquals: { 'ses:FromAddress': this.sender },
    });
    // GetAccount cannot be limited to a resource.
    target.allow(['ses:GetAccount'], ['*']);
    Validations.of(target).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]`,
      reason: 'In the SES sandbox recipients are identities too; a condition allows only our sender.',
    });
  }
}
