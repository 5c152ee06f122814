import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, RecursiveLoop, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvName } from '../../lambdas/contracts/environment.ts';
import { AppAlarm, AppCause } from './alarm.ts';
import { bundling } from './bundling.ts';
import { AppStack } from './stack.ts';
import { bytesOf } from './template-bytes.ts';

export const METRICS_NAMESPACE = 'ClosingBell';
const ROOT = join(import.meta.dirname, '../..');

export interface AppFunctionProps {
  /** Folder below lambdas/ that contains its handler.ts. */
  readonly capability: string;
  readonly description: string;
  readonly timeout: Duration;
  /** MB; 1,769 MB come with one vCPU. */
  readonly memorySize: number;
  /** What a failing function means for vendors and subscribers. */
  readonly impact: string;
  /** Metric in which the function counts failures that Lambda does not see as errors; with an alarm. */
  readonly failures?: 'MessagesFailed' | 'RequestsFailed';
  /** Packages with binaries: installed for the platform instead of bundled. */
  readonly nativePackages?: string[];
  /** Files and folders to copy beside the bundle; paths from the root of the repository. */
  readonly files?: string[];
  /** Invocations that are kept free for it, and the most that it may have. */
  readonly reserved?: number;
  /** True if it sends to the queue that feeds it: Lambda would stop such a chain after about 16 messages. */
  readonly feedsItself?: boolean;
}

/** Of Lambda's 4 KB; the rest is for what every function has. */
const MAX_ENVIRONMENT_BYTES = 3_950;
/** Lambda measures all variables as one JSON text: `"NAME":"value",`. */
const AROUND_BYTES = 6;

/** A metric that the function of a capability publishes: the sum over five minutes. */
export const appMetric = (capability: string, metricName: string): Metric =>
  new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: capability },
    statistic: 'Sum',
    period: Duration.minutes(5),
  });

/** Lambda function with our defaults: ESM bundle, own role, log retention, tracing, alarms. */
export class AppFunction extends Construct {
  readonly function: NodejsFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;
  readonly timeout: Duration;
  /** Rings once if it crashes, if what it handles fails, or if its messages wait. */
  readonly fails: AppCause;
  readonly capability: string;
  readonly #environment = new Map<string, string>();

  constructor(scope: Construct, id: string, props: AppFunctionProps) {
    super(scope, id);
    const { capability, impact } = props;
    const { platform } = AppStack.of(this);
    const isArm = platform === 'aws' || process.arch === 'arm64';
    this.capability = capability;
    this.timeout = props.timeout;
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: AppStack.of(this).logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(this.role);
    this.function = new NodejsFunction(this, 'Function', {
      entry: join(ROOT, 'lambdas', capability, 'handler.ts'),
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: isArm ? Architecture.ARM_64 : Architecture.X86_64,
      timeout: props.timeout,
      memorySize: props.memorySize,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      ...(props.reserved !== undefined && { reservedConcurrentExecutions: props.reserved }),
      ...(props.feedsItself && { recursiveLoop: RecursiveLoop.ALLOW }),
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME: capability,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      },
      bundling: bundling({ platform, ...props }),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray segments and the SES quota belong to the account; IAM has no narrower resource for them.',
    });
    const errors = this.function.metricErrors({ period: Duration.minutes(5) });
    this.node.addValidation({ validate: () => this.#environmentFaults() });
    this.fails = new AppCause(this, 'Fails', { impact });
    new AppAlarm(this, 'Errors', { metric: errors, threshold: 1, impact, cause: this.fails });
    // A burst is throttled for a moment and tried again; for a quarter of an hour it is the quota of the account.
    new AppAlarm(this, 'Throttled', {
      metric: this.function.metricThrottles({ period: Duration.minutes(5) }),
      threshold: 1,
      periods: 3,
      impact,
      cause: this.fails,
    });
    // Lambda does not count failed messages and failed requests as errors, only crashes.
    if (props.failures)
      new AppAlarm(this, 'Failures', { metric: this.metric(props.failures), threshold: 1, impact, cause: this.fails });
  }

  /** A metric that the function publishes itself. */
  metric(metricName: string): Metric {
    return appMetric(this.capability, metricName);
  }

  setEnvironment(name: EnvName, value: string): void {
    this.#environment.set(name, value);
    this.function.addEnvironment(name, value);
  }

  /** Lambda would refuse it in the middle of a deployment. */
  #environmentFaults(): string[] {
    const stack = Stack.of(this);
    const bytes = [...this.#environment].reduce(
      (sum, [name, value]) => sum + name.length + AROUND_BYTES + bytesOf(stack.resolve(value), stack.stackName),
      0,
    );
    return bytes <= MAX_ENVIRONMENT_BYTES
      ? []
      : [
          `Expected at most ${MAX_ENVIRONMENT_BYTES} bytes in the environment of ${this.capability}, found ${bytes}: feeds, collectors or calendarOverrides of the stage are too many.`,
        ];
  }

  /** Allows exactly these actions. */
  allow(actions: string[], resources: string[], conditions?: Record<string, Record<string, string>>): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));
  }

  /** Allows it to list a bucket: without that S3 answers 403 for a missing object, which looks like a fault. */
  allowListing(bucket: Bucket, actions: string[] = []): void {
    this.allow(['s3:ListBucket', ...actions], [bucket.bucketArn]);
  }

  /** Allows actions on the objects with a prefix. */
  allowObjects(actions: string[], bucket: Bucket, prefix = ''): void {
    this.allow(actions, [bucket.arnForObjects(`${prefix}*`)]);
    const name = Stack.of(this).getLogicalId(bucket.node.defaultChild as CfnBucket);
    Validations.of(this).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${name}.Arn>/${prefix}*]`,
      reason: 'The keys of deliveries and records are not known before files are uploaded.',
    });
  }
}
