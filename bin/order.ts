import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { deliveriesQueue } from '../lambdas/adapters/deliveries-queue.ts';
import { deliveriesTable } from '../lambdas/adapters/deliveries-table.ts';
import { orderAbout } from '../lambdas/contracts/delivery-event.ts';
import { saysNothing } from '../lambdas/contracts/delivery-record.ts';
import { commandLine } from '../local/command-line.ts';
import { runningStack, STACK_OPTIONS } from './running-stack.ts';

const ORDERS = { revoke: 'revoked', replay: 'replayed' } as const;
const SECONDS_TO_WAIT = 120;

/** `revoke` and `replay`: gives the order, and waits until ingest has carried it out. */
await commandLine(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: STACK_OPTIONS });
  const [what, delivery, ...more] = positionals;
  if ((what !== 'revoke' && what !== 'replay') || !delivery || more.length > 0)
    throw new Error(`Usage: npm run ${what} -- [--aws | --state DIR] DELIVERY   (like 2020-01-10.incremental)`);
  const { dynamodb, sqs, resource } = await runningStack(values);
  const deliveries = deliveriesTable(dynamodb, resource('Prices-Deliveries'));
  const record = await deliveries.get(delivery);
  if (!record) throw new Error(`Expected the id of a delivery, like 2020-01-10.incremental, found "${delivery}".`);
  if (what === 'revoke' && saysNothing(record))
    throw new Error(`${delivery} is ${record.state}: nothing of it is in the prices.`);
  const event = orderAbout(record, ORDERS[what], new Date().toISOString());
  await deliveriesQueue(sqs, resource('Drop-Deliveries-Queue')).send(event);
  console.log(`ordered: ${what} ${delivery}`);
  const deadline = Date.now() + SECONDS_TO_WAIT * 1000;
  while (Date.now() < deadline) {
    const now = await deliveries.get(delivery);
    const isOvertaken = now && now.revision > event.detail.object.sequencer;
    if (isOvertaken) throw new Error(`A newer file ${now.object.key} came first: the order did nothing.`);
    if (now?.revision === event.detail.object.sequencer && now.state !== 'received')
      return console.log(`${delivery} is ${now.state}; whom it concerns gets a mail`);
    await sleep(200);
  }
  throw new Error(
    `It is not carried out after ${SECONDS_TO_WAIT} s. The order stays in the queue; see the runbook, ingest.`,
  );
});
