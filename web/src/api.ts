import type {
  AlertBody,
  AlertHistory,
  AlertPreview,
  AlertView,
  PreviewBody,
} from '../../lambdas/contracts/api/alerts.ts';
import type { CollectorsView, NewRun } from '../../lambdas/contracts/api/collectors.ts';
import type { Declarations } from '../../lambdas/contracts/api/declarations.ts';
import type {
  DeliveriesPage,
  DeliveriesQuery,
  DeliveryDetail,
  DeliveryMails,
} from '../../lambdas/contracts/api/deliveries.ts';
import type { Facts } from '../../lambdas/contracts/api/facts.ts';
import type { FeedProfile, FeedsView, TriedAnswer, Upload } from '../../lambdas/contracts/api/feeds.ts';
import type { Me, MeBody } from '../../lambdas/contracts/api/me.ts';
import type { ProblemDetails } from '../../lambdas/contracts/api/problem.ts';
import type { QueuesView, Redriven } from '../../lambdas/contracts/api/queues.ts';
import type { FollowedMany, Subscription, WatchlistRow } from '../../lambdas/contracts/api/subscriptions.ts';
import type { Prices, TickersPage } from '../../lambdas/contracts/api/tickers.ts';
import type { UploadLink } from '../../lambdas/contracts/api/uploads.ts';
import type { ChartWindow, Theme } from '../../lambdas/contracts/chart-options.ts';
import { MAX_BODY_BYTES } from '../../lambdas/contracts/try-limits.ts';
import type { Session } from './session.ts';

/** An error of the API, with a message for people. */
class ApiError extends Error {
  readonly status: number;

  constructor(status: number, { title, detail }: Partial<ProblemDetails>) {
    const ours = status === 403 ? 'Only operators may see this.' : `The API answered ${status}. Try again in a minute.`;
    super(detail ?? title ?? ours);
    this.status = status;
  }
}

export type Api = ReturnType<typeof apiOf>;

/** The API as functions. Each throws ApiError, or a TypeError if the API cannot be reached. */
export function apiOf({ call }: Session) {
  const checked = async (path: string, request?: RequestInit): Promise<Response> => {
    const response = await call(path, request);
    if (!response.ok) throw new ApiError(response.status, await response.json().catch(() => ({})));
    return response;
  };
  const get = async <T>(path: string): Promise<T> => (await checked(path)).json();
  const send = async (method: string, path: string, body?: object): Promise<Response> =>
    checked(path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  /** Uploads a file that does not fit into a request. @returns its id */
  const upload = async (file: Blob): Promise<string> => {
    const { upload: id, url }: Upload = await (await send('POST', '/deliveries/try/uploads')).json();
    const response = await fetch(url, { method: 'PUT', body: file });
    if (!response.ok) throw new Error(`The upload failed (${response.status}). Try again.`);
    return id;
  };
  const declared = async (method: string, path: string, body?: object): Promise<{ changed: boolean }> =>
    (await send(method, `/tickers/${path}`, body)).json();
  // Encoded twice: API Gateway decodes a path once before it matches the route, and a name may contain a slash.
  const pathSegment = (name: string) => encodeURIComponent(encodeURIComponent(name));

  return {
    me: () => get<Me>('/me'),
    putMe: async (body: MeBody): Promise<Me> => (await send('PUT', '/me', body)).json(),
    erase: () => send('DELETE', '/me'),
    preview: () => send('POST', '/me/preview'),
    previewHtml: async (): Promise<string> => (await checked('/me/preview')).text(),
    subscriptions: async () => (await get<{ subscriptions: Subscription[] }>('/subscriptions')).subscriptions,
    follow: (name: string, window?: ChartWindow) =>
      send('PUT', `/subscriptions/${pathSegment(name)}`, window ? { window } : {}),
    unfollow: (name: string) => send('DELETE', `/subscriptions/${pathSegment(name)}`),
    watchlist: async () => (await get<{ rows: WatchlistRow[] }>('/watchlist')).rows,
    followMany: async (tickers: readonly string[]): Promise<FollowedMany> =>
      (await send('POST', '/subscriptions', { tickers })).json(),
    search: (text: string, limit = 8) => get<TickersPage>(`/tickers?search=${encodeURIComponent(text)}&limit=${limit}`),
    movers: async (sort: 'change' | '-change', limit: number) =>
      (await get<TickersPage>(`/tickers?sort=${sort}&limit=${limit}`)).tickers,
    alerts: async (ticker?: string) =>
      (await get<{ alerts: AlertView[] }>(`/alerts${ticker ? `?${new URLSearchParams({ ticker })}` : ''}`)).alerts,
    previewAlert: async (body: PreviewBody): Promise<AlertPreview> =>
      (await send('POST', '/alerts/preview', body)).json(),
    addAlert: async (body: AlertBody): Promise<AlertView> => (await send('POST', '/alerts', body)).json(),
    putAlert: async (id: string, body: AlertBody): Promise<AlertView> =>
      (await send('PUT', `/alerts/${id}`, body)).json(),
    muteAlert: (id: string, until: string | null) => send('PUT', `/alerts/${id}/mute`, { until }),
    deleteAlert: (id: string) => send('DELETE', `/alerts/${id}`),
    alertHistory: async (id: string) => (await get<AlertHistory>(`/alerts/${id}/history`)).fires,
    prices: (name: string, query: Record<string, string> = {}) =>
      get<Prices>(`/tickers/${pathSegment(name)}/prices?${new URLSearchParams(query)}`),
    declarations: (name: string) => get<Declarations>(`/tickers/${pathSegment(name)}/declarations`),
    declareSplit: (name: string, date: string, ratio: string) =>
      declared('POST', `${pathSegment(name)}/splits`, { date, ratio }),
    takeBackSplit: (name: string, date: string) => declared('DELETE', `${pathSegment(name)}/splits/${date}`),
    declareRename: (name: string, rename: { to: string; date: string; reusesName: boolean }) =>
      declared('POST', `${pathSegment(name)}/rename`, rename),
    takeBackRename: (name: string) => declared('DELETE', `${pathSegment(name)}/rename`),
    chart: async (name: string, window: ChartWindow, theme: Theme): Promise<Blob> =>
      (await checked(`/tickers/${pathSegment(name)}/chart.png?window=${window}&theme=${theme}`)).blob(),
    deliveries: (query: DeliveriesQuery) =>
      get<DeliveriesPage>(
        `/deliveries?${new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : [])))}`,
      ),
    feeds: () => get<FeedsView>('/feeds'),
    uploadLink: async (name: string): Promise<UploadLink> => (await send('POST', '/uploads', { name })).json(),
    delivery: (id: string) => get<DeliveryDetail>(`/deliveries/${pathSegment(id)}`),
    deliveryMails: (id: string, after?: string) =>
      get<DeliveryMails>(`/deliveries/${pathSegment(id)}/mails${after ? `?after=${encodeURIComponent(after)}` : ''}`),
    addressOf: async (subscriber: string): Promise<string> =>
      (await get<{ address: string }>(`/subscribers/${encodeURIComponent(subscriber)}`)).address,
    queues: async () => (await get<QueuesView>('/queues')).queues,
    redrive: async (queue: string): Promise<Redriven> => (await send('POST', `/queues/${queue}/redrive`)).json(),
    quarantine: async (id: string): Promise<Blob> =>
      (await checked(`/deliveries/${pathSegment(id)}/quarantine`)).blob(),
    revoke: (id: string) => send('POST', `/deliveries/${pathSegment(id)}/revoke`),
    replay: (id: string) => send('POST', `/deliveries/${pathSegment(id)}/replay`),
    release: (id: string) => send('POST', `/deliveries/${pathSegment(id)}/release`),
    facts: (name: string) => get<Facts>(`/tickers/${pathSegment(name)}/facts`),
    collectors: () => get<CollectorsView>('/collectors'),
    startRun: (run: NewRun) => send('POST', '/collectors/runs', run),
    runAgain: (provider: string, run: string) => send('POST', `/collectors/${provider}/runs/${run}/again`),
    profile: (feed: string) => get<FeedProfile>(`/profile?feed=${encodeURIComponent(feed)}`),
    putProfile: async (feed: string, body: { basedOn: number; profile: object }): Promise<FeedProfile> =>
      (await send('PUT', `/profile?feed=${encodeURIComponent(feed)}`, body)).json(),
    tryFile: async (name: string, file: Blob, profile: string): Promise<TriedAnswer> => {
      const query = new URLSearchParams({ name, ...(profile.trim() && { profile }) });
      const headers = { 'content-type': 'application/octet-stream' };
      const isLarge = file.size > MAX_BODY_BYTES;
      if (isLarge) query.set('upload', await upload(file));
      return (
        await checked(`/deliveries/try?${query}`, { method: 'POST', headers, ...(!isLarge && { body: file }) })
      ).json();
    },
    invite: async (address: string, tickers: string[]): Promise<{ state: string; unknown: string[] }> => {
      const body = { address, tickers: tickers.map((name) => ({ ticker: name })) };
      return (await send('POST', '/subscribers', body)).json();
    },
  };
}
