import { CfnOutput, Stack } from 'aws-cdk-lib';
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';

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
    const identity = new EmailIdentity(this, 'Identity', { identity: Identity.domain(mailDomain) });
    for (const [i, { name, value }] of identity.dkimRecords.entries()) {
      new CfnOutput(this, `DkimRecord${i + 1}`, {
        value: `${name} CNAME ${value}`,
        description: 'To be added to the mail domain',
      });
    }
  }
}
