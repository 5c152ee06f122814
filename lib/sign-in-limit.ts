import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/** Requests of one address of the internet in five minutes: a person makes a dozen, an office a hundred. */
const REQUESTS = 300;

export interface SignInLimitProps {
  readonly userPoolArn: string;
}

/** Keeps one machine from asking for codes without end: what the sign-in page itself does not. */
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
