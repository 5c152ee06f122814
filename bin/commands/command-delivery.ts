import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { deliveriesQueue } from '../../lambdas/adapters/deliveries-queue.ts';
import { deliveriesTable } from '../../lambdas/adapters/deliveries-table.ts';
import { type RecordsBucket, recordsBucket } from '../../lambdas/adapters/records-bucket.ts';
import { reportOf } from '../../lambdas/adapters/reports.ts';
import { commandFor, type DeliveryCommand } from '../../lambdas/contracts/delivery-event.ts';
import { type DeliveryRecord, mayHavePrices } from '../../lambdas/contracts/delivery-record.ts';
import { COMMANDS, type CommandName } from '../../lambdas/contracts/revision.ts';
import { compareRevisions } from '../../lambdas/domain/delivery/precedence.ts';
import { describeProblem } from '../../lambdas/domain/vendor-file/bad-file.ts';
import { commandLine, WrongUsage } from '../command-line.ts';
import { runningStack, STACK_OPTIONS } from '../running-stack.ts';

/** The state of a delivery after each command. */
const STATE_AFTER = { revoke: 'revoked', replay: 'applied', release: 'applied' } as const;
const SECONDS_TO_WAIT = 120;

/** @throws Error if a newer revision was applied: it superseded the command, or came directly after it */
function isCarriedOut({ revision, state, applied, delivery }: DeliveryRecord, command: DeliveryCommand): boolean {
  if (applied && compareRevisions(applied, command) > 0)
    throw new Error(
      `${delivery} is ${state}: a newer file or command was applied. Check whether that is what you want.`,
    );
  // A newer file that is being read may be rejected. Then the command is carried out.
  return revision === command.revision && state !== 'received';
}

/** @throws Error with the reason, if the command failed */
async function printOutcome(record: DeliveryRecord, name: CommandName, records: RecordsBucket): Promise<void> {
  const { delivery, state } = record;
  if (state !== STATE_AFTER[name]) {
    const rejection = (await reportOf(records, record))?.rejection;
    throw new Error(`${delivery} is ${state}${rejection ? `: ${describeProblem(rejection)}` : ''}.`);
  }
  console.log(`${delivery} is ${state}; subscribers get a mail if a price they follow changed`);
}

/** `npm run revoke`, `replay` and `release`: sends the command, and waits until ingest has carried it out. */
const [given = 'revoke'] = process.argv.slice(2);
const USAGE = `Usage: npm run ${given} -- [--aws | --state DIR] DELIVERY   (like 2020-01-10.incremental)`;

await commandLine(USAGE, async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: STACK_OPTIONS });
  const [first, delivery, ...more] = positionals;
  const name = COMMANDS.find((one) => one === first);
  if (!name || !delivery || more.length > 0) throw new WrongUsage('Expected the id of one delivery.');
  const { dynamodb, sqs, s3, resource } = await runningStack(values);
  const deliveries = deliveriesTable(dynamodb, resource('Prices-Deliveries'));
  const record = await deliveries.get(delivery);
  if (!record) throw new Error(`Expected the id of a delivery, like 2020-01-10.incremental, found "${delivery}".`);
  if (name === 'revoke' && !mayHavePrices(record))
    throw new Error(`${delivery} is ${record.state}: no current price comes from it.`);
  if (name === 'release' && !record.held)
    throw new Error(`${delivery} is ${record.state}, and no revision of it is held.`);
  // Use AWS's clock: files uploaded later must come after the command.
  const now = Date.now() + dynamodb.config.systemClockOffset;
  const command = commandFor(record, name, new Date(now).toISOString());
  await deliveriesQueue(sqs, resource('Drop-Deliveries-Queue')).send(command);
  console.log(`sent: ${name} ${delivery}; waiting for ingest`);
  const deadline = Date.now() + SECONDS_TO_WAIT * 1000;
  while (Date.now() < deadline) {
    const current = await deliveries.get(delivery);
    if (current && isCarriedOut(current, command))
      return printOutcome(current, name, recordsBucket(s3, resource('Ingest-Records')));
    await sleep(200);
  }
  throw new Error(
    `Not carried out after ${SECONDS_TO_WAIT} s. The command stays in the queue; see the runbook, ingest.`,
  );
});
