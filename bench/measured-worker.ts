import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';

/** Loads a bundle, handles one SQS event with the given bodies, sends time and memory to the parent, and ends. */
const [bundle = ''] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(bundle).href);

process.once('message', async (bodies: unknown[]) => {
  const Records = bodies.map((body, i) => ({
    messageId: String(i),
    body: JSON.stringify(body),
    attributes: { ApproximateReceiveCount: '1' },
  }));
  const deadline = Date.now() + Number(process.env['BENCH_SECONDS']) * 1000;
  const started = performance.now();
  const used = process.cpuUsage();
  const outcome = await handler(
    { Records },
    { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => deadline - Date.now() },
  )
    .then((result: unknown) => ({ result }))
    .catch((error: unknown) => ({ error: String(error) }));
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(used);
  process.send?.(
    { ...outcome, ms, cpuMs: (user + system) / 1000, maxRssMb: process.resourceUsage().maxRSS / 1024 },
    () => process.exit(),
  );
});
