import { isDeepStrictEqual } from 'node:util';
import type { DeliveriesTable } from '../../../lambdas/adapters/deliveries-table.ts';
import type { DeliveryRecord } from '../../../lambdas/contracts/delivery-record.ts';
import { withoutSmokeTest } from '../../../lambdas/contracts/smoke-test.ts';

/** The deliveries table in memory. */
export const memoryDeliveries = (records: Map<string, DeliveryRecord>): DeliveriesTable => ({
  get: async (id) => structuredClone(records.get(id)),
  all: async () => ({
    records: structuredClone([...records.values()].flatMap((record) => withoutSmokeTest(record) ?? [])),
    broken: [],
  }),
  replace: async (seen, next) => {
    const current = records.get(next.delivery);
    // As DynamoDB stores it: without undefined values.
    const record: DeliveryRecord = JSON.parse(JSON.stringify({ ...next, version: (seen?.version ?? 0) + 1 }));
    if (current?.version !== seen?.version)
      return isDeepStrictEqual(current, record) ? structuredClone(record) : undefined;
    records.set(record.delivery, record);
    return structuredClone(record);
  },
});
