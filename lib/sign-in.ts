import { CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  CfnUserPoolGroup,
  FeaturePlan,
  LambdaVersion,
  ManagedLoginVersion,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  UserPoolEmail,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import { OPERATORS_GROUP, Scope } from '../lambdas/contracts/routes.ts';
import { HouseFunction, type Platform } from './constructs/function.ts';
import type { Mail } from './mail.ts';
import { SignInLimit } from './sign-in-limit.ts';

/** The platform team's own issuer, or a user pool of ours. */
export type SignInSettings =
  | {
      /** OpenID Connect issuer, as in its tokens. It has to give access tokens our scopes, `email` and `email_verified`. */
      readonly issuer: string;
      readonly audience: string;
      /** Client id of the page. */
      readonly clientId: string;
    }
  | {
      /** Prefix of the sign-in page's address, unique in the region. */
      readonly domainPrefix: string;
      /** Mail domains whose mailboxes may sign up by themselves; empty lets everybody. */
      readonly signUpDomains: readonly string[];
    };

export interface SignInProps {
  readonly settings: SignInSettings;
  readonly mail: Mail;
  readonly webUrl: string;
  readonly platform: Platform;
  readonly alarmAction: IAlarmAction;
}

/** Who may call the API: tokens of which issuer, for which audience. */
export class SignIn extends Construct {
  readonly issuer: string;
  readonly audience: string;
  /** What the page signs in as. */
  readonly clientId: string;
  /** The pool whose accounts are ours to erase. */
  readonly userPool: UserPool | undefined;

  constructor(scope: Construct, id: string, props: SignInProps) {
    super(scope, id);
    const { settings } = props;
    if ('issuer' in settings) {
      ({ issuer: this.issuer, audience: this.audience, clientId: this.clientId } = settings);
    } else {
      this.userPool = this.#userPool(props, settings);
      this.issuer = `https://cognito-idp.${Stack.of(this).region}.amazonaws.com/${this.userPool.userPoolId}`;
      new SignInLimit(this, 'Limit', { userPoolArn: this.userPool.userPoolArn });
      this.clientId = this.#page(this.userPool, props.webUrl, settings.domainPrefix);
      // Cognito puts the client where others put an audience, and API Gateway knows.
      this.audience = this.clientId;
    }
    new CfnOutput(this, 'Issuer', { value: this.issuer, description: 'Issuer of the tokens' });
    // Of Cognito nobody may ask for the operators' scope: the token of an operator has it unasked.
    const scopes = this.userPool ? [Scope.subscriptions] : Object.values(Scope);
    new CfnOutput(this, 'Scopes', {
      value: ['openid', 'email', ...scopes].join(' '),
      description: 'What the page asks for',
    });
    new CfnOutput(this, 'Origins', {
      value: originsOf(this, settings).join(' '),
      description: 'Where the page signs in',
    });
    if (this.userPool) new CfnOutput(this, 'UserPool', { value: this.userPool.userPoolId, description: 'Accounts' });
    new CfnOutput(this, 'ClientId', { value: this.clientId, description: 'What the page signs in as' });
  }

  /** A pool without passwords: Cognito mails a code. */
  #userPool(
    { mail, platform, alarmAction }: SignInProps,
    { signUpDomains }: { signUpDomains: readonly string[] },
  ): UserPool {
    const pool = new UserPool(this, 'Users', {
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      // Who may sign up is decided by the address: it must stay the one that was decided on.
      standardAttributes: { email: { required: true, mutable: false } },
      // Cognito wants the password as a first factor beside others; nobody is ever given one.
      signInPolicy: { allowedFirstAuthFactors: { password: true, emailOtp: true } },
      passwordPolicy: {
        minLength: 20,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      email: UserPoolEmail.withSES({
        fromEmail: mail.sender,
        fromName: 'Closing Bell',
        sesVerifiedDomain: mail.domain,
        sesRegion: Stack.of(this).region,
      }),
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(pool).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-COG2',
        reason: 'Each sign-in proves the mailbox by a code; a second factor would protect a list of tickers.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-COG3',
        reason: 'Threat protection needs the Plus tier; API Gateway throttles and codes run out.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-COG8',
        reason: 'Threat protection needs the Plus tier; API Gateway throttles and codes run out.',
      },
    );
    const triggers = new HouseFunction(this, 'Triggers', {
      capability: 'sign-in',
      description: 'Decides who may sign up, and what a token says and allows',
      timeout: Duration.seconds(5),
      memorySize: 256,
      platform,
      environment: { [Env.signUpDomains]: signUpDomains.join(',') },
      alarmAction,
      alarmMeans: 'Nobody can sign in or sign up. Runbook: sign-in.',
    });
    pool.addTrigger(UserPoolOperation.PRE_SIGN_UP, triggers.function);
    pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, triggers.function, LambdaVersion.V2_0);
    new CfnUserPoolGroup(this, 'Operators', {
      userPoolId: pool.userPoolId,
      groupName: OPERATORS_GROUP,
      description: 'See deliveries and invite mailboxes',
    });
    return pool;
  }

  /** @returns the client id of the page */
  #page(pool: UserPool, webUrl: string, domainPrefix: string): string {
    const [server = '', scopeName = ''] = Scope.subscriptions.split('/');
    const own = new ResourceServerScope({ scopeName, scopeDescription: 'Your own subscriptions' });
    const resources = pool.addResourceServer('Api', { identifier: server, scopes: [own] });
    const domain = pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    const client = pool.addClient('Page', {
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.resourceServer(resources, own)],
        callbackUrls: [`${webUrl}/`],
        logoutUrls: [`${webUrl}/`],
      },
      authFlows: { user: true },
      preventUserExistenceErrors: true,
      accessTokenValidity: Duration.hours(1),
      // A page that is open renews its token by it; each renewal gives another, and signing out revokes it.
      refreshTokenValidity: Duration.days(1),
      refreshTokenRotationGracePeriod: Duration.seconds(30),
      enableTokenRevocation: true,
    });
    new CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    }).node.addDependency(domain);
    return client.userPoolClientId;
  }
}

/** Where the page signs in: at an issuer that is not ours, or at our user pool and its own sign-in page. */
export function originsOf(scope: Construct, settings: SignInSettings): string[] {
  if ('issuer' in settings) return [new URL(settings.issuer).origin];
  const { region } = Stack.of(scope);
  return [
    `https://cognito-idp.${region}.amazonaws.com`,
    `https://${settings.domainPrefix}.auth.${region}.amazoncognito.com`,
  ];
}
