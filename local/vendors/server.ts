import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Listening, listen } from '../engine/listening.ts';
import { alphaVantage, fmp, polygon, stooq, yahoo } from './prices.ts';
import { federalReserve, finnhub, fred, newsapi, nyFed, treasury, worldBank } from './records.ts';
import type { Vendor, VendorAnswer, VendorRequest, VendorWorld } from './vendor.ts';

const VENDORS: Record<string, Vendor> = {
  'api.massive.com': polygon,
  'query2.finance.yahoo.com': yahoo,
  'financialmodelingprep.com': fmp,
  'www.alphavantage.co': alphaVantage,
  'stooq.com': stooq,
  'finnhub.io': finnhub,
  'newsapi.org': newsapi,
  'api.stlouisfed.org': fred,
  'api.worldbank.org': worldBank,
  'api.fiscaldata.treasury.gov': treasury,
  'home.treasury.gov': treasury,
  'markets.newyorkfed.org': nyFed,
  'www.federalreserve.gov': federalReserve,
};

const BUSY: VendorAnswer = { status: 429, body: '', headers: { 'retry-after': '1' } };

export type VendorOptions = {
  /** ms that an answer takes. */
  latencyMs?: number;
  /** Every so many requests one is told to come later; 0 never. */
  busyEvery?: number;
  world?: Partial<VendorWorld>;
  /** What goes wrong: another answer, a connection that is cut off in the middle of the body, or that never answers. */
  fault?: (request: VendorRequest) => VendorAnswer | 'cut off' | 'silent' | undefined;
};

export type Vendors = Listening & { requests: VendorRequest[]; world: VendorWorld };

/**
 * Starts a recorded vendor on 127.0.0.1: it answers like the APIs, with numbers of its own, at `http://127.0.0.1:port/{host}/{path}`. So
 * collectors work without a key and without the internet.
 */
export async function startVendors(port: number, options: VendorOptions = {}): Promise<Vendors> {
  const { latencyMs = 0, busyEvery = 0, fault } = options;
  const world = vendorWorld(options.world);
  const requests: VendorRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const request = requestOf(incoming);
    requests.push(request);
    const wrong = fault?.(request);
    if (wrong === 'silent') return;
    if (latencyMs > 0) await sleep(latencyMs);
    const isBusy = busyEvery > 0 && requests.length % busyEvery === 0;
    const right = isBusy ? BUSY : vendorAnswer(request, world);
    const answer = wrong === undefined || wrong === 'cut off' ? right : wrong;
    const body = Buffer.from(answer.body);
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'content-length': body.length,
      ...answer.headers,
    });
    if (wrong === 'cut off') {
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
      return;
    }
    response.end(body);
  });
  return { ...(await listen(server, port)), requests, world };
}

export const vendorWorld = (world: Partial<VendorWorld> = {}): VendorWorld => ({
  now: Date.now,
  splits: new Map(),
  unknown: new Set(),
  ...world,
});

/** What an API answers. */
export const vendorAnswer = (request: VendorRequest, world: VendorWorld): VendorAnswer =>
  VENDORS[request.host]?.(request, world) ?? { status: 404, body: 'Not Found' };

function requestOf({ url = '', headers }: IncomingMessage): VendorRequest {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  const [, host = '', path = ''] = /^\/([^/]+)(\/.*)$/.exec(pathname) ?? [];
  return { host, path, query: searchParams, headers: headers as VendorRequest['headers'] };
}
