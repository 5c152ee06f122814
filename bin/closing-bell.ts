import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type ClosingBellProps, ClosingBellStack } from '../lib/closing-bell-stack.ts';
import { MailDomainStack } from '../lib/mail-domain-stack.ts';
import { BadSettings, readSettings, type Settings } from './settings.ts';
import { stageProps } from './stages.ts';

const app = new App();
const { settings, props } = stageOf(app);

if (settings.stage !== 'local') new MailDomainStack(app, 'ClosingBellMailDomain', props);
new ClosingBellStack(app, 'ClosingBell', props);
Tags.of(app).add('application', 'closing-bell');
Tags.of(app).add('stage', settings.stage);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** Bad settings end the synthesis with a message, without a stack trace. */
function stageOf({ node }: App): { settings: Settings; props: ClosingBellProps } {
  try {
    const settings = readSettings((name) => node.tryGetContext(name));
    return { settings, props: stageProps(settings) };
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
