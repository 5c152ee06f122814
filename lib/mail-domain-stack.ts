import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { EmailIdentity, Identity, MailFromBehaviorOnMxFailure } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';

const RECORD = 'Add it to the DNS of the mail domain';

export interface MailDomainProps extends Pick<StackProps, 'tags'> {
  /** Domain of the sender. */
  readonly mailDomain: string;
}

/**
 * The mail domain. A stack of its own that is deployed first: Cognito rejects unverified senders, and SES verifies a domain only after
 * its owner added these DNS records.
 */
export class MailDomainStack extends Stack {
  constructor(scope: Construct, id: string, { mailDomain, tags }: MailDomainProps) {
    super(scope, id, tags && { tags });
    const mailFrom = `bounce.${mailDomain}`;
    const identity = new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(mailDomain),
      // DMARC requires an own MAIL FROM domain for SPF. SES uses its own domain until the records exist.
      mailFromDomain: mailFrom,
      mailFromBehaviorOnMxFailure: MailFromBehaviorOnMxFailure.USE_DEFAULT_VALUE,
    });
    // Without it no mail is sent any more, whoever deletes this stack.
    identity.applyRemovalPolicy(RemovalPolicy.RETAIN);
    for (const [i, { name, value }] of identity.dkimRecords.entries()) {
      new CfnOutput(this, `DkimRecord${i + 1}`, {
        value: `${name} CNAME ${value}`,
        description: RECORD,
      });
    }
    const records = {
      MailFromMx: `${mailFrom} MX 10 feedback-smtp.${this.region}.amazonses.com`,
      MailFromSpf: `${mailFrom} TXT "v=spf1 include:amazonses.com ~all"`,
      Dmarc: `_dmarc.${mailDomain} TXT "v=DMARC1; p=quarantine; adkim=s; rua=mailto:dmarc@${mailDomain}"`,
    };
    for (const [name, value] of Object.entries(records)) {
      // Two DMARC records make both invalid.
      const description = name === 'Dmarc' ? `${RECORD}, unless it has a DMARC record` : RECORD;
      new CfnOutput(this, `${name}Record`, { value, description });
    }
  }
}
