import { type Alert, MAX_ALERTS } from '../contracts/alert.ts';
import type { Subscriber } from '../contracts/subscriber.ts';

/** Changes one item of the subscribers table. @returns false if it does not exist or the condition fails */
export type UpdateSubscriber = (
  id: string,
  change: { expression: string; condition?: string; names?: Record<string, string>; values?: Record<string, unknown> },
) => Promise<boolean>;

/** Changes of the alerts in a subscriber's item. */
export const alertUpdates = (update: UpdateSubscriber) => ({
  /** Adds an alert. @returns false if the subscriber does not exist or has MAX_ALERTS */
  async addAlert(id: string, key: string, added: Alert): Promise<boolean> {
    // The first alert creates the map. Both fail if the other kind of item is there.
    const isFirst = await update(id, {
      expression: 'SET alerts = :alerts',
      condition: 'attribute_not_exists(alerts)',
      values: { ':alerts': { [key]: added } },
    });
    if (isFirst) return true;
    return update(id, {
      expression: 'SET alerts.#alert = :alert',
      condition: '(attribute_exists(alerts.#alert) OR size(alerts) < :max)',
      names: { '#alert': key },
      values: { ':alert': added, ':max': MAX_ALERTS },
    });
  },

  /** Replaces an alert. @returns false if it was deleted, or its condition was edited since it was read */
  replaceAlert: (id: string, key: string, by: Alert, seen: Alert): Promise<boolean> =>
    update(id, {
      expression: 'SET alerts.#alert = :alert',
      condition: 'alerts.#alert.#version = :seen',
      names: { '#alert': key, '#version': 'version' },
      values: { ':alert': by, ':seen': seen.version },
    }),

  /** @param former see Subscriber @returns false if there is no such alert */
  deleteAlert: (id: string, key: string, former: NonNullable<Subscriber['formerAlerts']>): Promise<boolean> =>
    update(id, {
      expression: 'SET formerAlerts = :former REMOVE alerts.#alert',
      condition: 'attribute_exists(alerts.#alert)',
      names: { '#alert': key },
      values: { ':former': former },
    }),
});
