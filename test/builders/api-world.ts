import { apiApp } from '../../lambdas/api/app.ts';
import type { ApiPorts } from '../../lambdas/api/ports.ts';
import type { DeliveryEvent } from '../../lambdas/contracts/delivery-event.ts';
import { Scope } from '../../lambdas/contracts/routes.ts';
import { MAX_TICKERS, type Subscriber, subscriberId } from '../../lambdas/contracts/subscriber.ts';
import type { FeedbackPorts } from '../../lambdas/feedback/take-feedback.ts';
import { picturesApp } from '../../lambdas/pictures/app.ts';
import type { PicturesPorts } from '../../lambdas/pictures/ports.ts';
import { NOW } from './drops.ts';
import { MemoryWorld } from './memory-world.ts';

export const API_SETTINGS = {
  suspectMove: 0.5,
  sender: 'digest@example.com',
  webUrl: 'https://bell.example.com',
  apiUrl: 'https://api.example.com',
};

type Asked = {
  method?: string;
  body?: unknown;
  as?: string | undefined;
  claims?: object;
  headers?: Record<string, string>;
};

/** Both HTTP functions over a world in memory, behind an API Gateway that believes whom it is told. */
export class ApiWorld extends MemoryWorld {
  readonly erasedAccounts: string[] = [];
  readonly unexpected: Error[] = [];
  readonly orders: DeliveryEvent[] = [];
  readonly limits = new Map<string, number>();
  now = NOW;

  /** Calls a route as the owner of a mailbox. */
  async ask(
    path: string,
    { method = 'GET', body, as = 'ada@example.com', claims, headers = {} }: Asked = {},
  ): Promise<Response> {
    const token = claims ?? {
      sub: 'account-1',
      email: as,
      email_verified: 'true',
      iat: NOW / 1000 - 60,
      scope: Object.values(Scope).join(' '),
    };
    const event = { requestContext: { authorizer: { jwt: { claims: token } } } };
    const isPicture = /\/chart\.png|\/me\/preview/.test(path);
    const app = isPicture ? picturesApp(this.apiPorts(), API_SETTINGS) : apiApp(this.apiPorts(), API_SETTINGS);
    const text = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body);
    return app.request(path, { method, headers, ...(text !== undefined && { body: text }) }, { event });
  }

  apiPorts(): ApiPorts & PicturesPorts {
    const ports = this.ports();
    return {
      ...ports,
      tickers: { all: async () => [...this.tickers].sort() },
      orders: { send: async (event) => void this.orders.push(event) },
      deliveries: { ...ports.deliveries, all: async () => ({ records: [...this.deliveries.values()], broken: [] }) },
      subscribers: this.#subscribers(),
      limits: {
        take: async ({ key, max, windowSeconds }, now) => {
          const window = `${key} ${Math.floor(now / 1000 / windowSeconds)}`;
          const taken = this.limits.get(window) ?? 0;
          if (taken >= max) return 60;
          this.limits.set(window, taken + 1);
          return 0;
        },
        note: async (key, at) => void this.limits.set(key, at),
        noted: async (key) => this.limits.get(key),
      },
      accounts: { erase: async (account) => void this.erasedAccounts.push(account) },
      linkKeys: async () => ({ current: 'key' }),
      now: () => this.now,
      unexpected: (error) => void this.unexpected.push(error),
    };
  }

  feedbackPorts(): FeedbackPorts {
    return { digests: this.ports().digests, subscribers: this.#subscribers() };
  }

  #subscribers(): ApiPorts['subscribers'] & FeedbackPorts['subscribers'] {
    const find = (id: string) => this.subscribers.find(({ subscriber }) => subscriber === id);
    const change = async (id: string, make: (found: Subscriber) => Subscriber | undefined): Promise<boolean> => {
      const index = this.subscribers.findIndex(({ subscriber }) => subscriber === id);
      const found = this.subscribers[index];
      const changed = found && make(structuredClone(found));
      if (changed) this.subscribers[index] = changed;
      return changed !== undefined;
    };
    return {
      get: async (id) => structuredClone(find(id)),
      add: async (item) => {
        if (find(item.subscriber)) return false;
        this.subscribers.push(structuredClone(item));
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
      unfollowAll: (id) => change(id, (s) => ({ ...s, tickers: {} })),
      stop: (id, undeliverable, sentAt) =>
        change(id, (s) => (s.resumedAt && s.resumedAt >= sentAt ? undefined : { undeliverable, ...s })),
      countSoftBounces: (id, count) =>
        change(id, (s) => ((s.softBounces ?? -1) < count ? { ...s, softBounces: count } : undefined)),
      setPreferences: (id, { pausedUntil, ...preferences }, now) =>
        change(id, ({ pausedUntil: before, undeliverable, ...s }) => {
          const until = pausedUntil === undefined ? before : pausedUntil;
          const stopped = pausedUntil === null ? { resumedAt: now } : undeliverable && { undeliverable };
          const given = Object.fromEntries(Object.entries(preferences).filter(([, value]) => value !== undefined));
          return {
            ...s,
            preferences: { ...s.preferences, ...given },
            ...stopped,
            ...(until && { pausedUntil: until }),
          };
        }),
      invite: async (item) => {
        const there = find(item.subscriber);
        if (there && (there.state !== 'pending' || there.undeliverable)) return false;
        if (there) await change(item.subscriber, () => item);
        else this.subscribers.push(structuredClone(item));
        return true;
      },
      erase: async (id) => {
        const index = this.subscribers.findIndex(({ subscriber }) => subscriber === id);
        if (index !== -1) this.subscribers.splice(index, 1);
      },
    };
  }

  subscriberOf = (address: string): Subscriber | undefined =>
    this.subscribers.find(({ subscriber }) => subscriber === subscriberId(address));
}
