import { Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface OperationsProps {
  /** Mailboxes told of every alarm; each confirms once. */
  readonly operators: string[];
}

/** Whom the alarms reach. */
export class Operations extends Construct {
  readonly alarmAction: SnsAction;

  constructor(scope: Construct, id: string, { operators }: OperationsProps) {
    super(scope, id);
    const topic = new Topic(this, 'Alarms', { enforceSSL: true });
    // The policy that demands TLS replaces the one that lets CloudWatch in.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    for (const operator of operators) topic.addSubscription(new EmailSubscription(operator));
    this.alarmAction = new SnsAction(topic);
  }
}
