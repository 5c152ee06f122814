import { pathToFileURL } from 'node:url';

/** One execution environment of a function, like Lambda's runtime: loads its bundle and handles one event at a time. It ends with its parent. */
type Invocation = { event: unknown; context: { awsRequestId: string; functionName: string; deadline: number } };

process.on('disconnect', () => process.exit());
// Ctrl-C reaches all processes of the terminal: the parent decides when to end.
process.on('SIGINT', () => undefined);

const [bundle = ''] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(bundle).href);

process.on('message', async ({ event, context: { deadline, ...context } }: Invocation) => {
  const getRemainingTimeInMillis = () => deadline - Date.now();
  try {
    process.send?.({ result: await handler(event, { ...context, getRemainingTimeInMillis }) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
process.send?.('ready');
