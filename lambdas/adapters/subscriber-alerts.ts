import { type Alert, MAX_ALERTS } from '../contracts/alert.ts';

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

  /** Mutes an alert. @param until ISO date; null to unmute it @returns false if there is no such alert */
  muteAlert: (id: string, key: string, until: string | null): Promise<boolean> =>
    update(id, {
      expression: until === null ? 'REMOVE alerts.#alert.mutedUntil' : 'SET alerts.#alert.mutedUntil = :until',
      condition: 'attribute_exists(alerts.#alert)',
      names: { '#alert': key },
      ...(until !== null && { values: { ':until': until } }),
    }),

  /**
   * Deletes an alert, and keeps its ticker among the former ones (see Subscriber). @returns false if there is no such alert
   * @param today ISO date
   * @param forgotten tickers of the former ones that are too old
   */
  async deleteAlert(
    id: string,
    key: string,
    { ticker, today, forgotten }: { ticker: string; today: string; forgotten: readonly string[] },
  ): Promise<boolean> {
    // The first deletion creates the map.
    await update(id, {
      expression: 'SET formerAlerts = :none',
      condition: 'attribute_not_exists(formerAlerts)',
      values: { ':none': {} },
    });
    const old = forgotten.filter((one) => one !== ticker).map((name, i) => [`#old${i}`, name] as const);
    const removed = ['alerts.#alert', ...old.map(([name]) => `formerAlerts.${name}`)];
    return update(id, {
      expression: `SET formerAlerts.#ticker = :today REMOVE ${removed.join(', ')}`,
      condition: 'attribute_exists(alerts.#alert)',
      names: { '#alert': key, '#ticker': ticker, ...Object.fromEntries(old) },
      values: { ':today': today },
    });
  },
});
