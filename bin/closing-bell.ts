import { Annotations, App, Duration, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type ClosingBellProps, ClosingBellStack } from '../lib/closing-bell-stack.ts';
import { MailDomainStack } from '../lib/mail-domain-stack.ts';

/** Good for a synthesis, not for a deployment. */
const PLACEHOLDER = 'example.com';

const app = new App();
const context = (name: string, otherwise: string): string => String(app.node.tryGetContext(name) ?? otherwise);

const list = (name: string): string[] => context(name, '').split(',').filter(Boolean);
/** The platform team's own issuer, where there is one. */
const issuer = context('issuer', '');
const certificateArn = context('certificateArn', '');

const production: ClosingBellProps = {
  platform: 'aws',
  mailDomain: context('mailDomain', PLACEHOLDER),
  ownAddress: certificateArn ? { webUrl: context('webUrl', ''), certificateArn } : undefined,
  signIn: issuer
    ? { issuer, audience: context('audience', ''), clientId: context('clientId', '') }
    : { domainPrefix: context('signInPrefix', ''), signUpDomains: list('signUpDomains') },
  operators: list('operators'),
  maxRejectedShare: 0.2,
  suspectMove: 0.5,
  fanOut: { segments: 8, concurrency: 4, timeout: Duration.minutes(5) },
  claimSettlesAfter: Duration.hours(1),
  sesTimeout: Duration.seconds(10),
};

const stages: Record<string, ClosingBellProps> = {
  production,
  // What npm start runs: the same stack, for this machine's processor.
  local: {
    ...production,
    platform: 'this-machine',
    // The runner says where it serves the page.
    webUrl: context('webUrl', 'http://127.0.0.1:4705'),
    signIn: { issuer: issuer || 'http://127.0.0.1:4704', audience: 'closing-bell', clientId: 'page' },
    // The same relation of times, shorter: nobody waits an hour at a laptop.
    fanOut: { segments: 2, concurrency: 2, timeout: Duration.seconds(20) },
    claimSettlesAfter: Duration.seconds(25),
    sesTimeout: Duration.seconds(2),
  },
};

const stage = context('stage', 'production');
const props = stages[stage];
if (!props) throw new Error(`Expected -c stage=${Object.keys(stages).join(' or ')}, found ${stage}.`);

if (stage === 'production') {
  expectTogether('webUrl', 'certificateArn');
  expectTogether('issuer', 'audience', 'clientId');
  if (!issuer && !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(context('signInPrefix', '')))
    throw new Error(
      'Expected -c signInPrefix=…, the first part of the address people sign in at: lower-case letters, digits and hyphens, unique in the region.',
    );
}
if (stage === 'production') new MailDomainStack(app, 'ClosingBellMailDomain', props);
const stack = new ClosingBellStack(app, 'ClosingBell', props);
if (stage === 'production' && props.mailDomain === PLACEHOLDER) {
  Annotations.of(stack).addWarningV2(
    'mail-domain',
    `Digests would come from ${PLACEHOLDER}: deploy with -c mailDomain=YOUR_DOMAIN`,
  );
}
Tags.of(stack).add('application', 'closing-bell');
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** @throws Error where some of these settings are given, and others that belong to them are not */
function expectTogether(...names: string[]): void {
  const missing = names.filter((name) => !context(name, ''));
  if (missing.length > 0 && missing.length < names.length)
    throw new Error(
      `Expected ${names.map((name) => `-c ${name}=…`).join(' ')} together, found no ${missing.join(', ')}.`,
    );
}
