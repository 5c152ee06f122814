import dynalite from 'dynalite';
import { guarded } from '../engine/guard.ts';

/**
 * DynamoDB in a process of its own, since it holds its thread. Arguments: port and state folder. Tells its
 * parent once it listens, and ends with it.
 */
const [port = '0', path = ''] = process.argv.slice(2);
const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
// A reason in words reaches the parent; a stack trace on stderr would not help anybody.
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
// The terminal's Ctrl-C reaches the whole group: the parent decides when to end.
process.on('SIGINT', () => undefined);
