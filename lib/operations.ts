import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ManagedPolicy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

/** A channel of Slack, by its ids. The workspace is authorized once, in the console of Amazon Q Developer (AWS Chatbot before). */
export type SlackChannel = { readonly workspace: string; readonly channel: string };

export interface OperationsProps {
  /** Mail addresses that get every alarm; each must confirm once. */
  readonly operators: string[];
  /** ARN of a topic that gets every alarm too. */
  readonly alarmTopicArn?: string | undefined;
  readonly slack?: SlackChannel | undefined;
  /** USD a month, of the whole account. */
  readonly monthlyBudget?: number | undefined;
}

/** Notifies the operators of alarms, and of costs. */
export class Operations extends Construct {
  readonly alarmActions: readonly IAlarmAction[];

  constructor(scope: Construct, id: string, { operators, alarmTopicArn, slack, monthlyBudget }: OperationsProps) {
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
    const others = alarmTopicArn ? [Topic.fromTopicArn(this, 'AlarmTopic', alarmTopicArn)] : [];
    this.alarmActions = [topic, ...others].map((one) => new SnsAction(one));
    if (slack) this.#addSlackChannel(slack, topic);
    if (monthlyBudget !== undefined) this.#addBudget(monthlyBudget, operators);
  }

  #addSlackChannel({ workspace, channel }: SlackChannel, topic: Topic): void {
    new SlackChannelConfiguration(this, 'Slack', {
      slackChannelConfigurationName: `${Stack.of(this).stackName}-alarms`,
      slackWorkspaceId: workspace,
      slackChannelId: channel,
      notificationTopics: [topic],
      // The most that commands in the channel may do; without it, everything.
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('CloudWatchReadOnlyAccess')],
    });
  }

  /** A mail when most of the budget is spent, and when all of it will be. */
  #addBudget(amount: number, operators: readonly string[]): void {
    const subscribers = operators.map((address) => ({ address, subscriptionType: 'EMAIL' }));
    const above = (notificationType: string, threshold: number) => ({
      notification: { notificationType, threshold, comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' },
      subscribers,
    });
    new CfnBudget(this, 'Budget', {
      budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount, unit: 'USD' } },
      notificationsWithSubscribers: [above('ACTUAL', 80), above('FORECASTED', 100)],
    });
  }
}
