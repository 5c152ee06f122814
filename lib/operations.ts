import { Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface OperationsProps {
  /** Mail addresses that get every alarm; each must confirm once. */
  readonly operators: string[];
}

/** Notifies the operators of alarms. */
export class Operations extends Construct {
  readonly alarmAction: SnsAction;

  constructor(scope: Construct, id: string, { operators }: OperationsProps) {
    super(scope, id);
    const topic = new Topic(this, 'Alarms', { enforceSSL: true });
    // The policy that requires TLS replaces the default one, which allows CloudWatch to publish.
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
