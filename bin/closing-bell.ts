import { App, Duration, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type ClosingBellProps, ClosingBellStack } from '../lib/closing-bell-stack.ts';
import { MailDomainStack } from '../lib/mail-domain-stack.ts';
import { BadSettings, readSettings, type Settings } from './settings.ts';

const app = new App();
const settings = settingsOf(app);
const { stage, mailDomain, operators, webUrl, certificateArn, issuer, audience, clientId } = settings;
const { signInPrefix: domainPrefix, signUpDomains } = settings;

const production: ClosingBellProps = {
  platform: 'aws',
  mailDomain: mailDomain || 'example.com',
  ownAddress: certificateArn ? { webUrl, certificateArn } : undefined,
  signIn: issuer ? { issuer, audience, clientId } : { domainPrefix, signUpDomains },
  operators,
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
    webUrl: webUrl || 'http://127.0.0.1:4705',
    signIn: { issuer: issuer || 'http://127.0.0.1:4704', audience: 'closing-bell', clientId: 'page' },
    // The same relation of times, shorter: nobody waits an hour at a laptop.
    fanOut: { segments: 2, concurrency: 2, timeout: Duration.seconds(20) },
    claimSettlesAfter: Duration.seconds(25),
    sesTimeout: Duration.seconds(2),
  },
};

const props = stages[stage];
if (!props) throw new Error(`Expected -c stage=${Object.keys(stages).join(' or ')}, found ${stage}.`);

if (stage === 'production') new MailDomainStack(app, 'ClosingBellMailDomain', props);
new ClosingBellStack(app, 'ClosingBell', props);
Tags.of(app).add('application', 'closing-bell');
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** Ends the synthesis with a sentence where they are not right. */
function settingsOf({ node }: App): Settings {
  try {
    return readSettings((name) => node.tryGetContext(name));
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
