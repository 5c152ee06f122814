import { isDeliveryId, isRealDate } from '../lambdas/contracts/delivery-id.ts';
import { lakeDelivery } from '../lambdas/domain/lake/lake-delivery.ts';
import { LakeFault } from './fault.ts';
import { type Lake, quoted } from './lake.ts';
import { allRows, resultOf } from './rows.ts';

/** What was known: of deliveries up to this precedence. */
type Known = { upTo: string | undefined };

/** Later than every delivery of a date. */
const END_OF_DAY = '.~';

/**
 * What `--as-of` means: with a date all deliveries of that date and before, with a delivery those up to it.
 * @throws LakeFault for anything else, and for a delivery that the lake does not have
 */
export async function knownAsOf(lake: Lake, asOf: string | undefined): Promise<Known> {
  if (asOf === undefined) return { upTo: undefined };
  if (isRealDate(asOf)) return { upTo: asOf + END_OF_DAY };
  if (!isDeliveryId(asOf))
    throw new LakeFault(`Expected a date like 2020-01-10 or a delivery like 2020-01-10.incremental, found ${asOf}.`);
  const database = await lake.database();
  const sql = `select count(*) from ${await lake.reading('quality')} where delivery = ${quoted(asOf)}`;
  const [[count] = []] = await allRows(await resultOf(database, sql));
  if (count === 0)
    throw new LakeFault(`The lake has no delivery ${asOf}. Its deliveries: npx closing-bell query quality`);
  return { upTo: lakeDelivery(asOf, '').precedence };
}
