import dynalite from 'dynalite';
import { guarded } from '../engine/guard.ts';

/**
 * DynamoDB in its own process, since it blocks its thread. Arguments: port and state folder. Sends its port to the parent once it
 * listens, and ends with the parent.
 */
const [port = '0', path = ''] = process.argv.slice(2);
const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
// Send the reason to the parent instead of printing a stack trace.
server.on('error', (error: NodeJS.ErrnoException) => {
  process.send?.({ error: error.message });
  process.exit(1);
});
guarded(server);
server.listen(Number(port), '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port }));
process.on('disconnect', () => {
  server.close(() => process.exit());
  server.closeAllConnections();
});
// Ctrl-C reaches all processes of the terminal: the parent decides when to end.
process.on('SIGINT', () => undefined);
