import type { SubscribersTable } from '../../../lambdas/adapters/subscribers-table.ts';
import { type Alert, MAX_ALERTS } from '../../../lambdas/contracts/alert.ts';
import { MAX_TICKERS, type Subscriber } from '../../../lambdas/contracts/subscriber.ts';

/** The subscribers table in memory. */
export function memorySubscribers(subscribers: Subscriber[]): SubscribersTable {
  const find = (id: string) => subscribers.find(({ subscriber }) => subscriber === id);
  /** Changes one subscriber. @returns false if there is none, or `make` returns undefined */
  const change = async (id: string, make: (found: Subscriber) => Subscriber | undefined): Promise<boolean> => {
    const index = subscribers.findIndex(({ subscriber }) => subscriber === id);
    const found = subscribers[index];
    const changed = found && make(structuredClone(found));
    if (changed) subscribers[index] = changed;
    return changed !== undefined;
  };
  return {
    get: async (id) => structuredClone(find(id)),
    add: async (item) => {
      if (find(item.subscriber)) return false;
      subscribers.push(structuredClone(item));
      return true;
    },
    invite: async (item) => {
      const current = find(item.subscriber);
      if (current && (current.state !== 'pending' || current.undeliverable)) return false;
      if (current) await change(item.subscriber, () => structuredClone(item));
      else subscribers.push(structuredClone(item));
      return true;
    },
    confirm: (id, now) =>
      change(id, ({ undeliverable: _gone, ...s }) =>
        s.state === 'pending' ? { ...s, state: 'active', resumedAt: now } : undefined,
      ),
    follow: (id, ticker, window) =>
      change(id, (s) => {
        const isFull = !s.tickers[ticker] && Object.keys(s.tickers).length >= MAX_TICKERS;
        return isFull ? undefined : { ...s, tickers: { ...s.tickers, [ticker]: { window } } };
      }),
    unfollow: (id, ticker) => change(id, ({ tickers: { [ticker]: _gone, ...tickers }, ...s }) => ({ ...s, tickers })),
    pause: (id, now) =>
      change(id, (s) => (s.state === 'active' ? { ...s, state: 'paused', pausedAt: now } : undefined)),
    undoPause: (id, pausedAfter) =>
      change(id, ({ pausedAt = '', ...s }) =>
        s.state === 'paused' && pausedAt > pausedAfter ? { ...s, state: 'active' } : undefined,
      ),
    addAlert: (id, key, added) =>
      change(id, ({ alerts = {}, ...s }) => {
        const isFull = !alerts[key] && Object.keys(alerts).length >= MAX_ALERTS;
        return isFull ? undefined : { ...s, alerts: { ...alerts, [key]: added } };
      }),
    replaceAlert: (id, key, by, seen) =>
      change(id, ({ alerts = {}, ...s }) =>
        alerts[key]?.version === seen.version ? { ...s, alerts: { ...alerts, [key]: by } } : undefined,
      ),
    muteAlert: (id, key, until) =>
      change(id, ({ alerts = {}, ...s }) => {
        const { mutedUntil: _before, ...alert } = alerts[key] ?? {};
        const muted = { ...alert, ...(until !== null && { mutedUntil: until }) } as Alert;
        return alerts[key] && { ...s, alerts: { ...alerts, [key]: muted } };
      }),
    deleteAlert: (id, key, { ticker, today, forgotten }) =>
      change(id, ({ alerts: { [key]: gone, ...alerts } = {}, formerAlerts = {}, ...s }) => {
        const kept = Object.entries(formerAlerts).filter(([name]) => !forgotten.includes(name));
        return gone ? { ...s, alerts, formerAlerts: { ...Object.fromEntries(kept), [ticker]: today } } : undefined;
      }),
    setPreferences: async (id, { pausedUntil, ...preferences }, now) => {
      const given = Object.fromEntries(Object.entries(preferences).filter(([, value]) => value !== undefined));
      if (pausedUntil === undefined && Object.keys(given).length === 0) return true;
      return change(id, ({ pausedUntil: before, undeliverable, pausedAt, ...s }) => {
        const until = pausedUntil === undefined ? before : pausedUntil;
        const stopped = pausedUntil === null ? { resumedAt: now } : undeliverable && { undeliverable };
        const state = pausedUntil === null && s.state === 'paused' ? 'active' : s.state;
        return {
          ...s,
          state,
          preferences: { ...s.preferences, ...given },
          ...stopped,
          ...(state === 'paused' && pausedAt && { pausedAt }),
          ...(until && { pausedUntil: until }),
        };
      });
    },
    stop: (id, undeliverable, sentAt) =>
      change(id, (s) => (s.resumedAt && s.resumedAt >= sentAt ? undefined : { undeliverable, ...s })),
    countSoftBounces: (id, count) =>
      change(id, (s) => ((s.softBounces ?? -1) < count ? { ...s, softBounces: count } : undefined)),
    erase: async (id) => {
      const index = subscribers.findIndex(({ subscriber }) => subscriber === id);
      if (index !== -1) subscribers.splice(index, 1);
    },
    approximateCount: async () => subscribers.length,
    scanPage: async ({ scanSegment, totalScanSegments, after }, limit) => {
      const own = subscribers.filter((_, i) => i % totalScanSegments === scanSegment);
      const from = after ? own.findIndex(({ subscriber }) => subscriber === after) + 1 : 0;
      const page = own.slice(from, from + limit);
      const isLast = from + limit >= own.length;
      return { subscribers: structuredClone(page), broken: [], after: isLast ? undefined : page.at(-1)?.subscriber };
    },
  };
}
