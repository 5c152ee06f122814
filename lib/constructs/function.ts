import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type IAlarmAction, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { Env } from '../../lambdas/contracts/environment.ts';
import { HouseAlarm } from './alarm.ts';

const METRICS_NAMESPACE = 'ClosingBell';

/** Where functions run: on AWS, or on the machine that synthesizes (npm start). */
export type Platform = 'aws' | 'this-machine';

export interface HouseFunctionProps {
  /** Folder below lambdas/ whose handler.ts this is. */
  readonly capability: string;
  readonly description: string;
  readonly timeout: Duration;
  /** MB; a whole vCPU comes with 1,769. */
  readonly memorySize: number;
  readonly environment: Record<string, string>;
  readonly platform: Platform;
  readonly alarmAction: IAlarmAction;
  /** The metric in which the function counts failures that are none to Lambda. */
  readonly failures?: 'MessagesFailed' | 'RequestsFailed';
  /** What a failing function means for people. */
  readonly alarmMeans: string;
  /** Packages with binaries, which are installed for the platform instead of bundled. */
  readonly nativePackages?: string[];
  /** Files put beside the bundle, from the top of the repository. */
  readonly files?: string[];
}

/** A function the way this house runs them: bundled without Docker, its own role, bounded logs, traced, alarmed. */
export class HouseFunction extends Construct {
  readonly function: NodejsFunction;
  readonly role: Role;
  readonly #capability: string;

  constructor(scope: Construct, id: string, props: HouseFunctionProps) {
    super(scope, id);
    this.#capability = props.capability;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.function = new NodejsFunction(this, 'Function', {
      entry: join(import.meta.dirname, '../../lambdas', props.capability, 'handler.ts'),
      depsLockFilePath: join(import.meta.dirname, '../../package-lock.json'),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: props.platform === 'aws' || process.arch === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      timeout: props.timeout,
      memorySize: props.memorySize,
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME: props.capability,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        [Env.retryAfter]: props.platform === 'aws' ? '30' : '1',
        ...props.environment,
      },
      bundling: bundling(props),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray segments and the SES quota belong to the account; IAM knows no narrower resource for them.',
    });
    // A failed message is a partial batch response, a failed request an answer: no errors to Lambda. A dead function is.
    const failures = this.metric(props.failures ?? 'MessagesFailed');
    const alarms = { Errors: this.function.metricErrors(), Failures: failures };
    for (const [name, metric] of Object.entries(alarms)) {
      new HouseAlarm(this, name, {
        metric: metric.with({ period: Duration.minutes(5) }),
        threshold: 1,
        means: props.alarmMeans,
        action: props.alarmAction,
      });
    }
  }

  /** One of the metrics the function counts itself. */
  metric(metricName: string): Metric {
    const dimensionsMap = { service: this.#capability };
    return new Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap,
      statistic: 'Sum',
      period: Duration.minutes(5),
    });
  }

  /** Lets the function do exactly these things. */
  allow(actions: string[], resources: string[], conditions?: Record<string, Record<string, string>>): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));
  }

  /** Lets the function do these things with the objects below a prefix of a bucket. */
  allowObjects(actions: string[], bucket: Bucket, prefix = ''): void {
    this.allow(actions, [bucket.arnForObjects(`${prefix}*`)]);
    const name = Stack.of(this).getLogicalId(bucket.node.defaultChild as CfnBucket);
    Validations.of(this).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${name}.Arn>/${prefix}*]`,
      reason: 'The keys of deliveries and records are not known before they are dropped.',
    });
  }
}

function bundling({ platform, nativePackages, files = [] }: HouseFunctionProps) {
  return {
    format: OutputFormat.ESM,
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    sourceMap: true,
    sourcesContent: false,
    bundleAwsSDK: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    esbuildArgs: { '--jsx': 'automatic' },
    // What is CommonJS inside an ESM bundle still calls require().
    banner: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);",
    commandHooks: {
      beforeBundling: () => [],
      beforeInstall: () => [],
      afterBundling: (input: string, output: string) => [
        // Lock files change with every other package and would change the asset's hash.
        `node -e "const fs=require('fs');for(const f of ['package-lock.json','node_modules/.package-lock.json'])fs.rmSync(process.argv[1]+'/'+f,{force:true})" "${output}"`,
        ...files.map(
          (file) =>
            `node -e "const fs=require('fs'),p=require('path');fs.copyFileSync(process.argv[1],p.join(process.argv[2],p.basename(process.argv[1])))" "${join(input, file)}" "${output}"`,
        ),
      ],
    },
    ...(nativePackages && {
      nodeModules: nativePackages,
      environment: {
        npm_config_prefer_offline: 'true',
        npm_config_audit: 'false',
        npm_config_fund: 'false',
        // Without these npm installs the binary of the machine that synthesizes.
        ...(platform === 'aws' && { npm_config_os: 'linux', npm_config_cpu: 'arm64', npm_config_libc: 'glibc' }),
      },
    }),
  };
}
