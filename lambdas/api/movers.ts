import { checks } from '../contracts/checks.ts';
import { isDeclared, parseDeliveryId } from '../contracts/delivery-id.ts';
import { type DeliveryRecord, mayHavePrices } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import { changeOf } from '../domain/prices/movers.ts';
import type { LastClose } from './last-closes.ts';
import type { ApiPorts } from './ports.ts';

/** The answer is cached for this long. */
const CACHE_MS = 2_000;
/** Deliveries of one feed that are looked at: a file of corrections has no movers. */
const DELIVERIES_PER_FEED = 3;

type Mover = LastClose & { ticker: string; dayChange: number };

/** Reads the gainers and losers of the last day from what ingest wrote about the last deliveries of each feed. */
export function movers(ports: Pick<ApiPorts, 'deliveries' | 'records' | 'now'>) {
  let cached: { all: Mover[]; readAt: number } | undefined;

  const ofDelivery = async (delivery: string, { revision, profile }: { revision: string; profile: number }) => {
    const bytes = await ports.records.get(recordKeys(delivery, revision).checks(profile));
    const found = bytes ? checks.parse(JSON.parse(Buffer.from(bytes).toString())).movers : [];
    return found.map(
      (mover): Mover => ({ ticker: mover.ticker, date: mover.date, close: mover.close, dayChange: changeOf(mover) }),
    );
  };

  const read = async (): Promise<Mover[]> => {
    const { records } = await ports.deliveries.all();
    const lists = await Promise.all(
      latestOfEachFeed(records).map(async (deliveries) => {
        for (const { delivery, applied } of deliveries) {
          const found = applied ? await ofDelivery(delivery, applied) : [];
          if (found.length > 0) return found;
        }
        return [];
      }),
    );
    const all = lists.flat();
    const last = all.reduce((latest, { date = '' }) => (date > latest ? date : latest), '');
    // A ticker in several feeds is listed once. A feed that stopped has no movers of the day.
    return [...new Map(all.filter(({ date }) => date === last).map((one) => [one.ticker, one])).values()];
  };

  return async (direction: 'up' | 'down', limit: number): Promise<Mover[]> => {
    if (!cached || cached.readAt + CACHE_MS < ports.now()) cached = { all: await read(), readAt: ports.now() };
    const side = direction === 'up' ? 1 : -1;
    return cached.all
      .filter(({ dayChange }) => side * dayChange > 0)
      .sort((a, b) => side * (b.dayChange - a.dayChange) || (a.ticker < b.ticker ? -1 : 1))
      .slice(0, limit);
  };
}

/** The last deliveries of each feed, the latest first. */
function latestOfEachFeed(records: readonly DeliveryRecord[]): DeliveryRecord[][] {
  const priced = records.flatMap((record) => {
    if (!record.applied || record.applied.isRevocation || !mayHavePrices(record)) return [];
    const id = parseDeliveryId(record.delivery);
    return isDeclared(id) ? [] : [{ record, id }];
  });
  return [...Map.groupBy(priced, ({ id }) => id.feed).values()].map((own) =>
    own
      .sort((a, b) => (a.id.fileDate < b.id.fileDate ? 1 : -1))
      .slice(0, DELIVERIES_PER_FEED)
      .map(({ record }) => record),
  );
}
