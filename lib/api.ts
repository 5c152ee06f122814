import { CfnOutput, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ROUTES, type Route } from '../lambdas/contracts/routes.ts';
import type { HouseFunction } from './constructs/function.ts';
import { HouseTable } from './constructs/table.ts';
import type { SignIn } from './sign-in.ts';

const REQUESTS_A_SECOND = 100;
const BURST = 200;

export interface ApiProps {
  readonly signIn: SignIn;
  readonly webUrl: string;
}

/** The way in over HTTP: one API whose tokens API Gateway checks, the key that links are signed with, the limits. */
export class Api extends Construct {
  /** No trailing slash. */
  readonly url: string;
  /** Links in mails are signed with it. */
  readonly linkKey: Secret;
  /** What may be done so often only. */
  readonly limits: TableV2;
  readonly #api: HttpApi;
  readonly #authorizer: HttpJwtAuthorizer;

  constructor(scope: Construct, id: string, { signIn, webUrl }: ApiProps) {
    super(scope, id);
    this.#api = new HttpApi(this, 'Http', {
      corsPreflight: {
        allowOrigins: [webUrl],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.PUT, CorsHttpMethod.POST, CorsHttpMethod.DELETE],
        allowHeaders: ['authorization', 'content-type', 'if-none-match'],
        exposeHeaders: ['retry-after'],
        maxAge: Duration.hours(1),
      },
      createDefaultStage: false,
    });
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = this.#api.addStage('Stage', {
      autoDeploy: true,
      throttle: { rateLimit: REQUESTS_A_SECOND, burstLimit: BURST },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs),
        // Routes, never what was asked for: a query holds the token of a link.
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            route: '$context.routeKey',
            status: '$context.status',
            ms: '$context.responseLatency',
            error: '$context.authorizer.error',
          }),
        ),
      },
    });
    (stage.node.defaultChild as CfnStage).addPropertyDeletionOverride('Tags');
    this.#authorizer = new HttpJwtAuthorizer('Tokens', signIn.issuer, { jwtAudience: [signIn.audience] });
    this.linkKey = new Secret(this, 'LinkKey', {
      description: 'Signs the links in mails. A new version may be put at any time: the one before it still verifies.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.linkKey).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'Mails are kept for years: rotation by the clock would end their links. The runbook says how and when.',
    });
    this.limits = new HouseTable(this, 'Limits', { partitionKey: 'limit', timeToLive: 'expiresAt' }).table;
    this.url = this.#api.apiEndpoint;
    new CfnOutput(this, 'Url', { value: this.url, description: 'The API; /docs describes it' });
  }

  /** Lets a function answer its routes. */
  answerBy(by: Route['by'], target: HouseFunction): void {
    const integration = new HttpLambdaIntegration(`To-${by}`, target.function, { scopePermissionToRoute: false });
    for (const { method, path, scope } of ROUTES.filter((route) => route.by === by)) {
      const [route] = this.#api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration,
        ...(scope && { authorizer: this.#authorizer, authorizationScopes: [scope] }),
      });
      if (scope || !route) continue;
      Validations.of(route).acknowledge({
        id: 'AwsSolutions::AwsSolutions-APIG4',
        reason:
          'The signed link from the mail is the authorization, or there is nothing to protect: the description of the API.',
      });
    }
  }
}
