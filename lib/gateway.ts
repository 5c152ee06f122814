import { CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
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
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Route } from '../lambdas/contracts/api/route.ts';
import { Env } from '../lambdas/contracts/environment.ts';
import { ROUTES } from '../lambdas/contracts/routes.ts';
import { withDataKey } from './constructs/data-key.ts';
import type { AppFunction } from './constructs/function.ts';
import { AppStack } from './constructs/stack.ts';
import { AppTable } from './constructs/table.ts';
import type { SignIn } from './sign-in.ts';

const REQUESTS_A_SECOND = 100;
const BURST = 200;
/** Every path that no other route matches. */
const UNKNOWN_PATH = '/{proxy+}';
const UNKNOWN_A_SECOND = 5;

export interface GatewayProps {
  readonly signIn: SignIn;
  readonly webUrl: string;
}

/** The HTTP API: API Gateway checks tokens and scopes. Also the key that signs links in mails, and the rate limits. */
export class Gateway extends Construct {
  readonly #api: HttpApi;
  readonly #authorizer: HttpJwtAuthorizer;
  readonly #webUrl: string;
  readonly #linkKey: Secret;
  readonly #limits: AppTable;
  readonly #stage: CfnStage;

  constructor(scope: Construct, id: string, { signIn, webUrl }: GatewayProps) {
    super(scope, id);
    this.#webUrl = webUrl;
    this.#api = new HttpApi(this, 'Http', {
      corsPreflight: {
        allowOrigins: [webUrl],
        allowMethods: [
          CorsHttpMethod.GET,
          CorsHttpMethod.HEAD,
          CorsHttpMethod.PUT,
          CorsHttpMethod.POST,
          CorsHttpMethod.DELETE,
        ],
        allowHeaders: ['authorization', 'content-type', 'if-none-match'],
        exposeHeaders: ['retry-after'],
        maxAge: Duration.hours(1),
      },
      createDefaultStage: false,
    });
    this.#stage = this.#addStage();
    this.#authorizer = new HttpJwtAuthorizer('Tokens', signIn.issuer, { jwtAudience: [signIn.audience] });
    this.#linkKey = new Secret(this, 'LinkKey', {
      description: 'Signs links in mails. Links signed with its previous version still work; older ones do not.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      ...withDataKey(this),
      removalPolicy: AppStack.of(this).dataRemoval,
    });
    Validations.of(this.#linkKey).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason:
        'People keep mails for years, and each rotation breaks the links signed with keys before the previous one. Operators rotate by hand: see the runbook.',
    });
    this.#limits = new AppTable(this, 'Limits', { partitionKey: 'limit', timeToLive: 'expiresAt' });
    new CfnOutput(this, 'Url', { value: this.#api.apiEndpoint, description: 'The API; /docs describes it' });
  }

  #addStage(): CfnStage {
    const logs = new LogGroup(this, 'AccessLogs', {
      // Under this prefix the log needs no room in the account's policy of CloudWatch Logs, which is limited.
      logGroupName: `/aws/vendedlogs/${Stack.of(this).stackName}-requests`,
      retention: AppStack.of(this).logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = this.#api.addStage('Stage', {
      autoDeploy: true,
      throttle: { rateLimit: REQUESTS_A_SECOND, burstLimit: BURST },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs),
        // Routes, never paths or queries: a query may contain the token of a link.
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
    return stage.node.defaultChild as CfnStage;
  }

  /** Routes the requests of a handler to its function. */
  route(handler: Route['handler'], target: AppFunction): void {
    const integration = new HttpLambdaIntegration(`To-${handler}`, target.function, { scopePermissionToRoute: false });
    for (const { method, path, scope } of ROUTES.filter((route) => route.handler === handler)) {
      const [route] = this.#api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration,
        ...(scope && { authorizer: this.#authorizer, authorizationScopes: [scope] }),
      });
      if (scope || !route) continue;
      Validations.of(route).acknowledge({
        id: 'AwsSolutions::AwsSolutions-APIG4',
        reason: 'A signed link from a mail is the authorization, or the route is the public description of the API.',
      });
    }
  }

  /** Answers what no route matches: a request without a token may come here. */
  routeUnknown(target: AppFunction): void {
    const integration = new HttpLambdaIntegration('To-unknown', target.function, { scopePermissionToRoute: false });
    // Not ANY: it would take the preflights of the page, which API Gateway answers itself.
    const methods = [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE];
    for (const route of this.#api.addRoutes({ path: UNKNOWN_PATH, methods, integration })) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions::AwsSolutions-APIG4',
        reason: 'Says that there is no such route, and where the description is.',
      });
      this.#stage.node.addDependency(route);
    }
    // Robots try many paths: they must not use up what callers need.
    this.#stage.routeSettings = Object.fromEntries(
      methods.map((method) => [
        `${method} ${UNKNOWN_PATH}`,
        { ThrottlingRateLimit: UNKNOWN_A_SECOND, ThrottlingBurstLimit: UNKNOWN_A_SECOND },
      ]),
    );
  }

  /** Allows a function to sign and verify links in mails. */
  grantLinks(target: AppFunction): void {
    target.setEnvironment(Env.webUrl, this.#webUrl);
    target.setEnvironment(Env.apiUrl, this.#api.apiEndpoint);
    target.setEnvironment(Env.linkSecret, this.#linkKey.secretArn);
    target.allow(['secretsmanager:GetSecretValue'], [this.#linkKey.secretArn]);
  }

  /** Allows a function to use rate limits. `alsoNotes`: store timestamps, too. */
  grantLimits(target: AppFunction, { alsoNotes = false } = {}): void {
    this.#limits.grant(target, Env.limitsTable, 'UpdateItem', ...(alsoNotes ? ['GetItem', 'PutItem'] : []));
  }
}
