import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { deliveriesQueue } from '../../lambdas/adapters/deliveries-queue.ts';
import { deliveriesTable } from '../../lambdas/adapters/deliveries-table.ts';
import { type RecordsBucket, recordsBucket } from '../../lambdas/adapters/records-bucket.ts';
import { orderAbout } from '../../lambdas/contracts/delivery-event.ts';
import { canBeReplayed, type DeliveryRecord, saysNothing } from '../../lambdas/contracts/delivery-record.ts';
import { compareRevisions, type RevisionOfDrop, revisionOf } from '../../lambdas/domain/delivery/precedence.ts';
import { describeProblem } from '../../lambdas/domain/vendor-file/bad-file.ts';
import { readReport } from '../../lambdas/ingest/report.ts';
import { commandLine, WrongUsage } from '../command-line.ts';
import { runningStack, STACK_OPTIONS } from '../running-stack.ts';

const ORDERS = { revoke: 'revoked', replay: 'replayed' } as const;
/** The state in which an order that was carried out leaves its delivery. */
const ENDS = { revoke: 'revoked', replay: 'applied' } as const;
const SECONDS_TO_WAIT = 120;

/** @throws Error where there is nothing to order */
function refuse(record: DeliveryRecord, what: keyof typeof ENDS): void {
  const { delivery, state } = record;
  if (what === 'replay' && !canBeReplayed(record))
    throw new Error(`Where the file of ${delivery} is was not kept. Drop it again.`);
  if (what === 'revoke' && saysNothing(record))
    throw new Error(`${delivery} is ${state}: nothing of it is in the prices.`);
}

/** @throws Error where something newer has been applied: it overtook the order, or came right behind it */
function isCarriedOut({ revision, state, applied, delivery }: DeliveryRecord, order: RevisionOfDrop): boolean {
  if (applied && compareRevisions(applied, order) > 0)
    throw new Error(`${delivery} is ${state}: a newer file or order is in. See whether that says what you want.`);
  // A newer file that is being read may turn out to be bad, and the order counts after all.
  return revision === order.revision && state !== 'received';
}

/** @throws Error where it did not end as ordered, with the reason */
async function tellEnd(record: DeliveryRecord, what: keyof typeof ENDS, records: RecordsBucket): Promise<void> {
  const { delivery, state } = record;
  if (state !== ENDS[what]) {
    const rejection = (await readReport({ records }, record))?.rejection;
    throw new Error(`${delivery} is ${state}${rejection ? `: ${describeProblem(rejection)}` : ''}.`);
  }
  console.log(`${delivery} is ${state}; whoever follows a price that this changes gets a mail`);
}

/** `revoke` and `replay`: gives the order, and waits until ingest has carried it out. */
const [asked = 'revoke'] = process.argv.slice(2);
const USAGE = `Usage: npm run ${asked} -- [--aws | --state DIR] DELIVERY   (like 2020-01-10.incremental)`;

await commandLine(USAGE, async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: STACK_OPTIONS });
  const [what, delivery, ...more] = positionals;
  if ((what !== 'revoke' && what !== 'replay') || !delivery || more.length > 0)
    throw new WrongUsage('Expected the id of one delivery.');
  const { dynamodb, sqs, s3, resource } = await runningStack(values);
  const deliveries = deliveriesTable(dynamodb, resource('Prices-Deliveries'));
  const record = await deliveries.get(delivery);
  if (!record) throw new Error(`Expected the id of a delivery, like 2020-01-10.incremental, found "${delivery}".`);
  refuse(record, what);
  // What is dropped later must come after it, by AWS's clock and not by this machine's.
  const now = Date.now() + dynamodb.config.systemClockOffset;
  const event = orderAbout(record, ORDERS[what], new Date(now).toISOString());
  await deliveriesQueue(sqs, resource('Drop-Deliveries-Queue')).send(event);
  console.log(`ordered: ${what} ${delivery}; waiting for ingest`);
  const deadline = Date.now() + SECONDS_TO_WAIT * 1000;
  while (Date.now() < deadline) {
    const found = await deliveries.get(delivery);
    if (found && isCarriedOut(found, revisionOf(event)))
      return tellEnd(found, what, recordsBucket(s3, resource('Ingest-Records')));
    await sleep(200);
  }
  throw new Error(
    `It is not carried out after ${SECONDS_TO_WAIT} s. The order stays in the queue; see the runbook, ingest.`,
  );
});
