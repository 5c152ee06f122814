import { Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  type IEmailIdentity,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { HouseFunction } from './building-blocks/house-function.ts';

export interface MailProps {
  /** Domain the digests come from. */
  readonly domain: string;
}

/** The sending domain and how SES treats its mail. */
export class Mail extends Construct {
  readonly domain: string;
  readonly sender: string;
  readonly configurationSet: ConfigurationSet;
  readonly #identity: IEmailIdentity;

  constructor(scope: Construct, id: string, { domain }: MailProps) {
    super(scope, id);
    this.domain = domain;
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
    // Made and verified before: lib/mail-domain-stack.ts.
    this.#identity = EmailIdentity.fromEmailIdentityName(this, 'Identity', domain);
  }

  /** Lets a function send from the domain, and read the rate it may send at. */
  allowSending(sending: HouseFunction): void {
    const configurationSetArn = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: this.configurationSet.configurationSetName,
    });
    sending.allow(['ses:SendEmail', 'ses:SendRawEmail'], [this.#identity.emailIdentityArn, configurationSetArn]);
    // The account's quota is no resource of its own.
    sending.allow(['ses:GetAccount'], ['*']);
  }
}
