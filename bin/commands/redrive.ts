import { parseArgs } from 'node:util';
import { redriveAll } from '../../lambdas/adapters/dead-letters.ts';
import { deliveriesTable } from '../../lambdas/adapters/deliveries-table.ts';
import { refreshedQueue } from '../../lambdas/adapters/refreshed-queue.ts';
import { QUEUE_NAMES, QUEUES } from '../../lambdas/contracts/queue-names.ts';
import { refreshedOf } from '../../lambdas/contracts/refreshed.ts';
import { commandLine, WrongUsage } from '../command-line.ts';
import { type RunningStack, runningStack, STACK_OPTIONS } from '../running-stack.ts';

const USAGE = `Usage: npm run redrive -- [--aws | --state DIR] [--list] [${QUEUE_NAMES.join('|')}]…
       npm run redrive -- [--aws | --state DIR] --refused DELIVERY

Prints the dead letters with their reasons and sends them back to their queues. --list only prints them.
--refused sends the digests of a delivery that SES had refused by mistake.`;

await commandLine(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ...STACK_OPTIONS, list: { type: 'boolean', default: false }, refused: { type: 'string' } },
  });
  const unknown = positionals.find((name) => !Object.hasOwn(QUEUES, name));
  if (unknown) throw new WrongUsage(`Expected the name of a queue, found "${unknown}".`);
  if (values.refused !== undefined && (values.list || positionals.length > 0))
    throw new WrongUsage(
      'Expected --refused DELIVERY alone: it sends mails, and does not use a queue of dead letters.',
    );
  const stack = await runningStack(values);
  if (values.refused !== undefined) return resendRefused(stack, values.refused);
  const { sqs, resource, has } = stack;
  const asked = positionals.length > 0 ? positionals : QUEUE_NAMES.filter((name) => has(`${QUEUES[name].path}-Queue`));
  for (const name of QUEUE_NAMES.filter((one) => asked.includes(one))) {
    const deadLetters = resource(`${QUEUES[name].path}-DeadLetters`);
    const target = values.list ? undefined : resource(`${QUEUES[name].path}-Queue`);
    const { count, hidden } = await redriveAll(sqs, deadLetters, {
      target,
      print: ({ sentAt, why, begin }) => console.log(`${name}  ${sentAt}  ${why}\n    ${begin}`),
    });
    if (hidden > 0) console.log(`${name}  ${hidden} more are hidden by another receiver; try again in a minute`);
    console.log(`${name}: ${count} ${values.list ? 'dead letters' : 'sent back'}`);
  }
});

/** Makes fan-out send the digests of a delivery that SES had refused. No other digest is sent again. */
async function resendRefused({ dynamodb, sqs, resource }: RunningStack, delivery: string): Promise<void> {
  const { applied } = (await deliveriesTable(dynamodb, resource('Prices-Deliveries')).get(delivery)) ?? {};
  if (!applied)
    throw new Error(`Expected a delivery that is applied, like 2020-01-10.incremental, found "${delivery}".`);
  const message = { ...refreshedOf({ delivery, ...applied }), resendRefused: true };
  await refreshedQueue(sqs, resource('Ingest-Refreshed-Queue')).send([message]);
  console.log(`${delivery}: fan-out sends the refused digests, if there are any`);
}
