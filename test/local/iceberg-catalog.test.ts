import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startIcebergCatalog } from '../../local/emulators/iceberg-catalog.ts';

/** Whatever a client asks, it gets an answer of the protocol, and the catalog goes on. */

const folder = mkdtempSync(join(tmpdir(), 'closing-bell-catalog-'));
let catalog: Awaited<ReturnType<typeof startIcebergCatalog>>;

beforeAll(async () => {
  // No answer of these needs a file.
  catalog = await startIcebergCatalog(0, join(folder, 'catalog'), 'http://127.0.0.1:1');
});
afterAll(async () => {
  await catalog.stop();
  rmSync(folder, { recursive: true });
});

test.each([
  ['GET', '/iceberg/v1/config', '', 200],
  ['POST', '/iceberg/v1/namespaces', '{"namespace":["silver"]}', 200],
  ['GET', '/iceberg/v1/namespaces/silver/tables/none', '', 404],
  ['GET', '/iceberg/v1/namespaces/none', '', 404],
  ['GET', '/iceberg/v1/none', '', 404],
  ['GET', '/iceberg/v1/namespaces/%', '', 404],
  ['DELETE', '/iceberg/v1/namespaces/silver', '', 501],
  ['POST', '/iceberg/v1/namespaces', '{', 400],
  ['POST', '/iceberg/v1/namespaces/silver/tables', '{}', 400],
  ['POST', '/iceberg/v1/namespaces/silver/tables/none', '{"requirements":[],"updates":[]}', 404],
  ['GET', '/iceberg/v1/namespaces', '', 200],
])('%s %s %s', async (method, path, body, status) => {
  const answer = await fetch(`${catalog.url}${path}`, { method, ...(body && { body }) });
  expect(answer.status).toBe(status);
});
