import { parseArgs } from 'node:util';
import { deliveriesTable } from '../../lambdas/adapters/deliveries-table.ts';
import { refreshedQueue } from '../../lambdas/adapters/refreshed-queue.ts';
import { refreshedOf } from '../../lambdas/contracts/refreshed.ts';
import { commandLine, WrongUsage } from '../command-line.ts';
import { redriveAll } from '../dead-letters.ts';
import { type RunningStack, runningStack, STACK_OPTIONS } from '../running-stack.ts';

/** Each queue with dead letters: name for this command → path in the stack. */
const QUEUES = {
  deliveries: 'Drop-Deliveries',
  refreshed: 'Ingest-Refreshed',
  events: 'Feedback-Events',
  reports: 'Lake-Reports',
  planned: 'Collectors-Planned',
} as const;

const USAGE = `Usage: npm run redrive -- [--aws | --state DIR] [--list] [${Object.keys(QUEUES).join('|')}]…
       npm run redrive -- [--aws | --state DIR] --refused DELIVERY

Prints the dead letters with their reasons and sends them back to their queues. --list only prints them.
--refused sends the digests of a delivery that SES had refused by mistake.`;

await commandLine(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ...STACK_OPTIONS, list: { type: 'boolean', default: false }, refused: { type: 'string' } },
  });
  const names = Object.keys(QUEUES) as (keyof typeof QUEUES)[];
  const unknown = positionals.find((name) => !Object.hasOwn(QUEUES, name));
  if (unknown) throw new WrongUsage(`Expected the name of a queue, found "${unknown}".`);
  if (values.refused !== undefined && (values.list || positionals.length > 0))
    throw new WrongUsage(
      'Expected --refused DELIVERY alone: it sends mails, and does not use a queue of dead letters.',
    );
  const stack = await runningStack(values);
  if (values.refused !== undefined) return resendRefused(stack, values.refused);
  const { sqs, resource } = stack;
  for (const name of names.filter((one) => positionals.length === 0 || positionals.includes(one))) {
    const deadLetters = resource(`${QUEUES[name]}-DeadLetters`);
    const target = values.list ? undefined : resource(`${QUEUES[name]}-Queue`);
    const count = await redriveAll(sqs, deadLetters, target, (text) => console.log(`${name}  ${text}`));
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
