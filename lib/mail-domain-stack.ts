import { CfnOutput, Stack } from 'aws-cdk-lib';
import { EmailIdentity, Identity, MailFromBehaviorOnMxFailure } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';

const RECORD = 'To be added to the DNS of the mail domain';

export interface MailDomainProps {
  /** Domain the digests come from. */
  readonly mailDomain: string;
}

/**
 * The mail domain, a stack of its own and the first: Cognito takes no sender that is not verified, and a domain is
 * verified only when its owner has added these records.
 */
export class MailDomainStack extends Stack {
  constructor(scope: Construct, id: string, { mailDomain }: MailDomainProps) {
    super(scope, id);
    const mailFrom = `bounce.${mailDomain}`;
    const identity = new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(mailDomain),
      // With its own MAIL FROM domain SPF is aligned, as DMARC asks; until its records are there, SES's own serves.
      mailFromDomain: mailFrom,
      mailFromBehaviorOnMxFailure: MailFromBehaviorOnMxFailure.USE_DEFAULT_VALUE,
    });
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
    for (const [name, value] of Object.entries(records))
      new CfnOutput(this, `${name}Record`, { value, description: RECORD });
  }
}
