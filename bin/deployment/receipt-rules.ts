import {
  DescribeActiveReceiptRuleSetCommand,
  type SESClient,
  SetActiveReceiptRuleSetCommand,
} from '@aws-sdk/client-ses';
import { OWN_RULE_SET } from '../../lib/mailed-files.ts';
import { type Outputs, outputNamed } from './deployed-stack.ts';

type Planned = { mailSenders: readonly unknown[]; receiptRuleSet?: string | undefined };

/** The rule set by which SES receives mail; undefined if it receives none. */
async function activeRuleSet(ses: SESClient): Promise<string | undefined> {
  const { Metadata } = await ses.send(new DescribeActiveReceiptRuleSetCommand({}));
  return Metadata?.Name;
}

/**
 * Looks before a deployment whether SES can receive mails of vendors. It uses one rule set at a time, and one that is active receives
 * somebody's mail: it is never replaced.
 * @returns what is wrong, as a sentence that says what to do
 */
export async function receiptRulesProblem(
  ses: SESClient,
  { mailSenders, receiptRuleSet = OWN_RULE_SET }: Planned,
): Promise<string | undefined> {
  if (mailSenders.length === 0) return undefined;
  const active = await activeRuleSet(ses);
  if (active === receiptRuleSet) return undefined;
  if (active !== undefined && active !== OWN_RULE_SET)
    return `SES receives mail by the rule set ${active}, which stays active, and the stage expects ${receiptRuleSet}. Write receiptRuleSet: '${active}' into the stage: it gets a rule for mails of vendors, before its other rules.`;
  if (receiptRuleSet === OWN_RULE_SET) return undefined;
  return `The stage expects that SES receives mail by the rule set ${receiptRuleSet}, found ${active ?? 'none'} active. Activate it (aws ses set-active-receipt-rule-set --rule-set-name ${receiptRuleSet}), or remove receiptRuleSet from the stage.`;
}

/**
 * Makes the rule set of the stack the one that SES uses, if there is none: CloudFormation cannot.
 * @returns what was done, for the engineer; undefined for nothing
 */
export async function activateReceiptRules(
  ses: SESClient,
  { mailSenders, receiptRuleSet }: Planned,
): Promise<string | undefined> {
  if (mailSenders.length === 0 || receiptRuleSet !== undefined) return undefined;
  const active = await activeRuleSet(ses);
  if (active === OWN_RULE_SET) return undefined;
  if (active !== undefined)
    return `SES receives mail by the rule set ${active} now, which stays active: mails of vendors do not arrive. Write receiptRuleSet: '${active}' into the stage, and deploy again.`;
  await receive(ses);
  return 'SES receives the mails of vendors from now on, once the DNS has the record of the output MailedFilesMxRecord….';
}

/** True if the deployed stack has the rule set of its own. */
const hasOwnRuleSet = (outputs: Outputs): boolean => outputNamed(outputs, 'MailedFilesActiveRuleSet') === OWN_RULE_SET;

/**
 * Before the last sender is removed: SES does not delete a rule set that is active.
 * @param outputs of the deployed stack: only one that receives mail has something to stop
 * @returns true if ours was active
 */
export async function stopReceiving(
  ses: SESClient,
  { mailSenders, receiptRuleSet }: Planned,
  outputs: Outputs,
): Promise<boolean> {
  const isKept = mailSenders.length > 0 && receiptRuleSet === undefined;
  if (isKept || !hasOwnRuleSet(outputs)) return false;
  if ((await activeRuleSet(ses)) !== OWN_RULE_SET) return false;
  await ses.send(new SetActiveReceiptRuleSetCommand({}));
  return true;
}

/** After a deployment that did not remove our rule set: SES receives by it again. @param outputs of the deployed stack */
export async function receiveAgain(ses: SESClient, outputs: Outputs): Promise<void> {
  if (hasOwnRuleSet(outputs)) await receive(ses);
}

/** Makes our rule set the one that SES uses. */
const receive = async (ses: SESClient): Promise<void> =>
  void (await ses.send(new SetActiveReceiptRuleSetCommand({ RuleSetName: OWN_RULE_SET })));
