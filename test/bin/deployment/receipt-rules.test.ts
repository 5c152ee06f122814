import { spawnSync } from 'node:child_process';
import { DescribeActiveReceiptRuleSetCommand, SESClient, SetActiveReceiptRuleSetCommand } from '@aws-sdk/client-ses';
import { mockClient } from 'aws-sdk-client-mock';
import { deployStack } from '../../../bin/deployment/deploy-stack.ts';
import { activateReceiptRules, receiptRulesProblem, stopReceiving } from '../../../bin/deployment/receipt-rules.ts';

const ses = mockClient(SESClient);
const client = new SESClient({ region: 'us-east-1' });
const SENDERS = [{ from: 'prices@vendor.example', feed: 'asia' }];
const OURS = { mailSenders: SENDERS };
const THEIRS = { mailSenders: SENDERS, receiptRuleSet: 'office' };
const NONE = { mailSenders: [] };

/** Outputs of a stack with a rule set of its own. */
const RECEIVES = { MailedFilesActiveRuleSet12345678: 'closing-bell' };

const activeIs = (Name: string | undefined) =>
  ses.on(DescribeActiveReceiptRuleSetCommand).resolves(Name === undefined ? {} : { Metadata: { Name } });
/** The rule sets that were made active; undefined stands for none. */
const activated = () => ses.commandCalls(SetActiveReceiptRuleSetCommand).map(({ args }) => args[0].input.RuleSetName);

beforeEach(() => {
  ses.reset();
  ses.on(SetActiveReceiptRuleSetCommand).resolves({});
});

test.each([
  ['none', undefined, OURS, undefined],
  ['ours', 'closing-bell', OURS, undefined],
  [
    'another',
    'office',
    OURS,
    "SES receives mail by the rule set office, which stays active, and the stage expects closing-bell. Write receiptRuleSet: 'office' into the stage",
  ],
  ['the named one', 'office', THEIRS, undefined],
  ['none instead of the named one', undefined, THEIRS, 'by the rule set office, found none active'],
  ['ours instead of the named one', 'closing-bell', THEIRS, 'by the rule set office, found closing-bell active'],
  ['another, and nobody mails', 'office', NONE, undefined],
])('before a deployment: %s is active', async (_what, active, planned, problem) => {
  activeIs(active);
  const found = await receiptRulesProblem(client, planned);
  expect(found).toEqual(problem === undefined ? undefined : expect.stringContaining(problem));
  expect(activated()).toEqual([]);
});

test.each([
  ['none', undefined, OURS, ['closing-bell']],
  ['ours', 'closing-bell', OURS, []],
  ['another since the check', 'office', OURS, []],
  ['the named one', 'office', THEIRS, []],
  ['none, and nobody mails', undefined, NONE, []],
])(
  'after a deployment a rule set that is active is never replaced: %s is active',
  async (_what, active, planned, made) => {
    activeIs(active);
    await activateReceiptRules(client, planned);
    expect(activated()).toEqual(made);
  },
);

test.each([
  ['ours, and nobody mails any more', 'closing-bell', NONE, [undefined]],
  ['ours, and another is named', 'closing-bell', THEIRS, [undefined]],
  ['ours', 'closing-bell', OURS, []],
  ['another', 'office', NONE, []],
])('only our rule set is stopped: %s is active', async (_what, active, planned, made) => {
  activeIs(active);
  expect(await stopReceiving(client, planned, RECEIVES)).toBe(made.length > 0);
  expect(await stopReceiving(client, planned, {})).toBe(false);
  expect(await stopReceiving(client, planned, { MailedFilesActiveRuleSet12345678: 'office' })).toBe(false);
  expect(activated()).toEqual(made);
});

test.each([
  ['removed it', NONE, {}, 0, [undefined]],
  ['failed', NONE, RECEIVES, 1, [undefined, 'closing-bell']],
  ['did nothing', NONE, RECEIVES, 0, [undefined, 'closing-bell']],
  ['kept it', OURS, RECEIVES, 0, []],
  ['gave the rule to another one', THEIRS, { MailedFilesActiveRuleSet12345678: 'office' }, 0, [undefined]],
])(
  'our rule set is active after a deployment that %s, if it is still there',
  async (_what, planned, after, status, made) => {
    activeIs('closing-bell');
    const states = [RECEIVES, after];
    const run = () => status;
    const isChanging = async () => false;
    const found = await deployStack({ ses: client, planned, outputs: async () => states.shift(), isChanging, run });
    expect(found).toEqual({ status, outputs: after });
    expect(activated()).toEqual(made);
  },
);

test('while CloudFormation goes on, our rule set stays stopped, and the engineer is told', async () => {
  activeIs('closing-bell');
  const [outputs, isChanging, run] = [async () => RECEIVES, async () => true, () => null];
  await expect(deployStack({ ses: client, planned: NONE, outputs, isChanging, run })).rejects.toThrow(
    'CloudFormation goes on with the deployment',
  );
  expect(activated()).toEqual([undefined]);
});

/** A deployment in a process of its own, to which the terminal sends Ctrl-C while cdk waits for an answer. */
const INTERRUPTED = `
  import { deployStack } from './bin/deployment/deploy-stack.ts';
  const ses = { send: async ({ input }) => (console.log(JSON.stringify(input)), { Metadata: { Name: 'closing-bell' } }) };
  const run = () => (process.kill(process.pid, 'SIGINT'), null);
  const outputs = async () => (${JSON.stringify(RECEIVES)});
  const isChanging = async () => false;
  await deployStack({ ses, planned: { mailSenders: [] }, outputs, isChanging, run });
`;

test('Ctrl-C during a deployment does not leave SES without our rule set', () => {
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', INTERRUPTED], {
    encoding: 'utf8',
  });
  expect([status, stdout.trim().split('\n').at(-1)]).toEqual([0, '{"RuleSetName":"closing-bell"}']);
});
