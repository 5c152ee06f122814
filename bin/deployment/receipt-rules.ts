import {
  DescribeActiveReceiptRuleSetCommand,
  type SESClient,
  SetActiveReceiptRuleSetCommand,
} from '@aws-sdk/client-ses';
import { OWN_RULE_SET } from '../../lib/mailed-files.ts';

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
  await ses.send(new SetActiveReceiptRuleSetCommand({ RuleSetName: OWN_RULE_SET }));
  return 'SES receives the mails of vendors from now on, once the DNS has the record of the output MailedFilesMxRecord….';
}

/** SES does not delete a rule set that is active: stops ours if the stage no longer has senders. */
export async function deactivateReceiptRules(ses: SESClient, { mailSenders, receiptRuleSet }: Planned): Promise<void> {
  if (mailSenders.length > 0 && receiptRuleSet === undefined) return;
  if ((await activeRuleSet(ses)) === OWN_RULE_SET) await ses.send(new SetActiveReceiptRuleSetCommand({}));
}
