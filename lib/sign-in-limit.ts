import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/** Requests per IP address in five minutes: one sign-in takes about 12 requests, and an office shares one address. */
const REQUESTS = 300;

export interface SignInLimitProps {
  readonly userPoolArn: string;
}

/** Limits the requests of one IP address: Cognito's sign-in page itself does not limit the number of mailed codes. */
export class SignInLimit extends Construct {
  constructor(scope: Construct, id: string, { userPoolArn }: SignInLimitProps) {
    super(scope, id);
    const visibility = (metricName: string) => ({
      cloudWatchMetricsEnabled: true,
      sampledRequestsEnabled: false,
      metricName,
    });
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('SignIn'),
      rules: [
        {
          name: 'RatePerAddress',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { limit: REQUESTS, aggregateKeyType: 'IP', evaluationWindowSec: 300 } },
          visibilityConfig: visibility('SignInRate'),
        },
      ],
    });
    new CfnWebACLAssociation(this, 'OfUsers', { resourceArn: userPoolArn, webAclArn: acl.attrArn });
  }
}
