import { type Duration, Stack, Validations } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ConfigurationSet, ConfigurationSetTlsPolicy, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { HouseFunction } from './constructs/function.ts';

export interface MailProps {
  /** Domain the digests come from. */
  readonly domain: string;
  /** How long SES may take to answer. */
  readonly sesTimeout: Duration;
}

/** The sending domain and how SES treats its mail. */
export class Mail extends Construct {
  readonly domain: string;
  readonly sender: string;
  readonly sesTimeout: Duration;
  readonly configurationSet: ConfigurationSet;

  constructor(scope: Construct, id: string, { domain, sesTimeout }: MailProps) {
    super(scope, id);
    this.domain = domain;
    this.sesTimeout = sesTimeout;
    this.sender = `digest@${domain}`;
    this.configurationSet = new ConfigurationSet(this, 'Digests', {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      // Feedback stops an address, and its owner can resume. SES's own list would bounce their mail again for ever.
      disableSuppressionList: true,
    });
    // SES events reach EventBridge on the default bus only.
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

  /**
   * Lets a function send as our sender, and read the rate it may send at. IAM is asked about more identities than the
   * domain's: an address identity of the sender, and in SES's sandbox that of the recipient.
   */
  allowSending(sending: HouseFunction): void {
    const arnOf = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
    const identities = arnOf('identity', '*');
    const configurationSet = arnOf('configuration-set', this.configurationSet.configurationSetName);
    sending.allow(['ses:SendEmail', 'ses:SendRawEmail'], [identities, configurationSet], {
      StringEquals: { 'ses:FromAddress': this.sender },
    });
    // The account's quota is no resource of its own.
    sending.allow(['ses:GetAccount'], ['*']);
    Validations.of(sending).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]`,
      reason: 'Recipients are identities too while SES is in its sandbox; the sender is fixed by a condition.',
    });
  }
}
