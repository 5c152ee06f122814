import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
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
import { OPERATORS_GROUP, Scope } from '../lambdas/contracts/scopes.ts';
import { AppFunction } from './constructs/function.ts';
import { AppStack } from './constructs/stack.ts';
import type { Mail } from './mail.ts';
import { SignInLimit } from './sign-in-limit.ts';

/** An issuer of the platform team, or a user pool in this stack. */
export type SignInSettings =
  | {
      /** OpenID Connect issuer. Its access tokens must have our scopes and the claims `email` and `email_verified`. */
      readonly issuer: string;
      readonly audience: string;
      /** Client id of the page. */
      readonly clientId: string;
    }
  | {
      /** Prefix of the sign-in page's address, unique in the region. */
      readonly domainPrefix: string;
      /** Mail domains whose mailboxes may sign up; empty allows all. */
      readonly signUpDomains: readonly string[];
    };

export interface SignInProps {
  readonly settings: SignInSettings;
  readonly mail: Mail;
  readonly webUrl: string;
}

/** Sign-in: the issuer and audience of tokens that the API accepts. */
export class SignIn extends Construct {
  readonly issuer: string;
  readonly audience: string;
  /** Client id of the page. */
  readonly clientId: string;
  readonly #userPool: UserPool | undefined;

  constructor(scope: Construct, id: string, props: SignInProps) {
    super(scope, id);
    const { settings } = props;
    if ('issuer' in settings) {
      ({ issuer: this.issuer, audience: this.audience, clientId: this.clientId } = settings);
    } else {
      this.#userPool = this.#createUserPool(props, settings);
      this.issuer = `https://cognito-idp.${Stack.of(this).region}.amazonaws.com/${this.#userPool.userPoolId}`;
      new SignInLimit(this, 'Limit', { userPoolArn: this.#userPool.userPoolArn });
      this.clientId = this.#createClient(this.#userPool, props.webUrl, settings.domainPrefix);
      // Cognito's access tokens have the client id instead of an audience; API Gateway accepts that.
      this.audience = this.clientId;
    }
    new CfnOutput(this, 'Issuer', { value: this.issuer, description: 'Issuer of the tokens' });
    // With Cognito no client may request the operators' scope: the trigger adds it to the tokens of operators.
    const scopes = this.#userPool ? [Scope.subscriptions] : Object.values(Scope);
    new CfnOutput(this, 'Scopes', {
      value: ['openid', 'email', ...scopes].join(' '),
      description: 'Scopes that the page requests',
    });
    new CfnOutput(this, 'Origins', {
      value: originsOf(this, settings).join(' '),
      description: 'Origins of the issuer',
    });
    if (this.#userPool) new CfnOutput(this, 'UserPool', { value: this.#userPool.userPoolId, description: 'Accounts' });
    new CfnOutput(this, 'ClientId', { value: this.clientId, description: 'Client id of the page' });
  }

  /** Allows a function to delete accounts, if the user pool is in this stack. */
  grantErase(target: AppFunction): void {
    if (!this.#userPool) return;
    target.setEnvironment(Env.userPool, this.#userPool.userPoolId);
    target.allow(['cognito-idp:AdminDeleteUser'], [this.#userPool.userPoolArn]);
  }

  /** A user pool without passwords: Cognito mails a code. */
  #createUserPool({ mail }: SignInProps, { signUpDomains }: { signUpDomains: readonly string[] }): UserPool {
    const pool = new UserPool(this, 'Users', {
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      // The mail address decides who may sign up, so it must not change afterwards.
      standardAttributes: { email: { required: true, mutable: false } },
      // Cognito requires the password factor beside others; no account ever gets a password.
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
      deletionProtection: AppStack.of(this).keepsData,
      removalPolicy: AppStack.of(this).dataRemoval,
    });
    Validations.of(pool).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-COG2',
        reason: 'Each sign-in proves access to the mailbox; a second factor would protect a list of tickers.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-COG3',
        reason: 'Threat protection needs the Plus tier; a web ACL limits requests per IP address, and codes expire.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-COG8',
        reason: 'Threat protection needs the Plus tier; a web ACL limits requests per IP address, and codes expire.',
      },
    );
    const triggers = new AppFunction(this, 'Triggers', {
      capability: 'sign-in',
      description: 'Decides who may sign up, adds claims and scopes to tokens, and writes the mails with codes',
      timeout: Duration.seconds(5),
      memorySize: 256,
      impact: 'Sign-in and sign-up fail. Runbook: sign-in.',
    });
    triggers.setEnvironment(Env.signUpDomains, signUpDomains.join(','));
    pool.addTrigger(UserPoolOperation.PRE_SIGN_UP, triggers.function);
    pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, triggers.function, LambdaVersion.V2_0);
    pool.addTrigger(UserPoolOperation.CUSTOM_MESSAGE, triggers.function);
    new CfnUserPoolGroup(this, 'Operators', {
      userPoolId: pool.userPoolId,
      groupName: OPERATORS_GROUP,
      description: 'See deliveries and invite mailboxes',
    });
    return pool;
  }

  /** @returns the client id of the page */
  #createClient(pool: UserPool, webUrl: string, domainPrefix: string): string {
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
      // An open page renews its access token with the refresh token. Each renewal replaces it; signing out revokes it.
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

/** Origins of the issuer: for Cognito, the user pool and its sign-in page. */
export function originsOf(scope: Construct, settings: SignInSettings): string[] {
  if ('issuer' in settings) return [new URL(settings.issuer).origin];
  const { region } = Stack.of(scope);
  return [
    `https://cognito-idp.${region}.amazonaws.com`,
    `https://${settings.domainPrefix}.auth.${region}.amazoncognito.com`,
  ];
}
