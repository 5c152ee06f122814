import { marketApi } from '../../lambdas/adapters/market-api.ts';
import { startVendors, type VendorOptions, type Vendors } from '../../local/vendors/server.ts';
import { CollectWorld, FRIDAY, KEY } from '../support/collect-world.ts';

/** The engine over real HTTP: the recorded vendor answers with faults. */

let vendors: Vendors | undefined;
afterEach(() => vendors?.stop());

async function collectedWith(options: VendorOptions, timeoutMs = 2_000) {
  const world = new CollectWorld();
  await vendors?.stop();
  vendors = await startVendors(0, { ...options, world: { now: () => FRIDAY } });
  const ports = { ...world.ports(), api: marketApi(vendors.url) };
  const subjects = ['AAPL', 'KO', 'MSFT', 'T'];
  const settings = { timeoutMs, perMinute: 6_000 };
  const record = await world.run({ provider: 'polygon', dataset: 'prices', subjects, settings }, ports);
  return { world, record, file: world.text('polygon/2025-03-07_incremental.csv') };
}

const tickersIn = (file: string | undefined) => [
  ...new Set(
    file
      ?.split('\n')
      .slice(1, -1)
      .map((line) => line.split(',')[0]),
  ),
];
const about =
  (ticker: string, wrong: ReturnType<NonNullable<VendorOptions['fault']>>): VendorOptions['fault'] =>
  ({ path }) =>
    path.includes(`/${ticker}/`) ? wrong : undefined;

test('everything comes, also where every third request is told to come later', async () => {
  const [plain, busy] = [await collectedWith({}), await collectedWith({ busyEvery: 3 })];
  expect([plain.record.state, busy.record.state]).toEqual(['success', 'success']);
  expect(busy.record.retries).toBeGreaterThan(0);
  expect(busy.file).toBe(plain.file);
  expect(vendors?.requests.every(({ headers }) => headers['authorization'] === `Bearer ${KEY}`)).toBe(true);
});

test.each<[string, VendorOptions['fault'], string]>([
  ['is cut off in the middle of a page', about('KO', 'cut off'), 'retry'],
  ['does not answer', about('KO', 'silent'), 'retry'],
  ['fails', about('KO', { status: 500, body: 'oops' }), 'retry'],
  ['answers nonsense', about('KO', { status: 200, body: '<html>' }), 'shape'],
  ['knows one ticker no more', about('KO', { status: 404, body: '{"status":"NOT_FOUND"}' }), 'not-found'],
  ['refuses one ticker', about('KO', { status: 403, body: '{"message":"Your plan does not include it"}' }), 'plan'],
])('a provider that %s: the others come, and the run names what is missing', async (_what, fault, kind) => {
  const { record, file, world } = await collectedWith({ ...(fault && { fault }) }, 200);
  expect(record).toMatchObject({ state: 'partial', missing: [{ subject: 'KO', fault: kind }] });
  expect(tickersIn(file)).toEqual(['AAPL', 'MSFT', 'T']);
  // The next run fills the gap.
  const next = await world.run({ provider: 'polygon', dataset: 'prices', subjects: ['KO'] });
  expect(next.state).toBe('success');
  expect(tickersIn(world.text('polygon/2025-03-07_incremental.csv'))).toEqual(['AAPL', 'KO', 'MSFT', 'T']);
});

test('a wrong key ends the run at once', async () => {
  const { record } = await collectedWith({ fault: () => ({ status: 401, body: '{"error":"Unknown API Key"}' }) });
  expect(record).toMatchObject({
    state: 'failed',
    missing: expect.arrayContaining([expect.objectContaining({ fault: 'auth' })]),
  });
  expect(vendors?.requests.length).toBeLessThanOrEqual(4);
});

test('an answer that is too long, or another protocol, is no answer', async () => {
  vendors = await startVendors(0, { fault: () => ({ status: 200, body: 'x'.repeat(65 << 20) }) });
  await expect(marketApi(vendors.url).get('https://finnhub.io/x', {}, 5_000)).rejects.toThrow(
    'more than 67108864 bytes',
  );
  await expect(marketApi(undefined).get('https://127.0.0.1:1/x', {}, 1_000)).rejects.toThrow('no answer');
});
