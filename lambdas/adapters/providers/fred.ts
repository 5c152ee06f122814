import * as z from 'zod';
import { macro as macroTable } from '../../../datasets/macro.ts';
import { policy as policyTable } from '../../../datasets/policy.ts';
import { addDays } from '../../contracts/dates.ts';
import { fault, jsonIn, oddShape, signedDecimalIn, statusFault } from '../../domain/collect/answers.ts';
import type {
  ApiRequest,
  ApiResponse,
  Endpoint,
  Fault,
  FlatRecord,
  Page,
  Provider,
} from '../../domain/collect/provider.ts';
import { recordsOf } from '../../domain/records/provider-records.ts';

const HOST = 'api.stlouisfed.org';
const address = (path: string, query: Record<string, string>) =>
  `https://${HOST}/fred/${path}?${new URLSearchParams({ ...query, file_type: 'json' })}`;
const PAGE = 1_000;
/** How far ahead releases are planned. */
const DAYS_AHEAD = 60;

const error = z.object({ error_message: z.string() });
const paging = z.object({ count: z.coerce.number(), offset: z.coerce.number(), limit: z.coerce.number() });

const lists = z.object({
  observations: z.array(z.unknown()).optional(),
  release_dates: z.array(z.unknown()).optional(),
});

/** Rows under a name, and the next page by `offset`. */
function read(name: 'observations' | 'release_dates', response: ApiResponse, { url }: ApiRequest): Page | Fault {
  const json = jsonIn(response.body);
  const said = error.safeParse(json).data?.error_message ?? response.body;
  if (response.status === 400 && /does not exist/i.test(said)) return fault('not-found', said);
  if (response.status === 400 && /api_key/i.test(said)) return fault('auth', said);
  const failed = statusFault({ ...response, body: said });
  if (failed) return failed;
  const { data: pages } = paging.safeParse(json);
  const { data: named } = lists.safeParse(json);
  const rows = named?.[name];
  if (!pages || !rows) return oddShape(response.body);
  const { count, offset, limit } = pages;
  const next = new URL(url);
  next.searchParams.set('offset', String(offset + limit));
  return { rows, ...(offset + limit < count && limit > 0 && { next: next.href }) };
}

const observation = z.object({ date: z.iso.date(), value: z.string(), realtime_start: z.iso.date() });
const macroRecords = recordsOf(macroTable, 'fred');

const macro: Endpoint<FlatRecord> = {
  subjects: ['FEDFUNDS', 'UNRATE', 'GDPC1', 'CPIAUCSL', 'DGS10'],
  daysBack: 365,
  plan: ({ subjects, from, to }) =>
    subjects.map((subject) => ({
      url: address('series/observations', {
        series_id: subject,
        observation_start: from,
        observation_end: to,
        limit: String(PAGE),
        offset: '0',
      }),
      subject,
      from,
      to,
    })),
  read: (response, request) => read('observations', response, request),
  normalise(row, { subject: series }) {
    const { success, data } = observation.safeParse(row);
    if (!success) return { rejected: 'a value of another shape' };
    // Not published for that period.
    if (data.value === '.') return undefined;
    return macroRecords.one({
      series,
      date: data.date,
      value: signedDecimalIn(data.value),
      vintage: data.realtime_start,
    });
  },
  key: macroRecords.key,
};

const release = z.object({ release_id: z.string(), release_name: z.string(), date: z.iso.date() });
const policyRecords = recordsOf(policyTable, 'fred');

const policy: Endpoint<FlatRecord> = {
  daysBack: 7,
  plan: ({ from, to }) => [
    {
      url: address('releases/dates', {
        realtime_start: from,
        realtime_end: addDays(to, DAYS_AHEAD),
        include_release_dates_with_no_data: 'true',
        sort_order: 'asc',
        limit: String(PAGE),
        offset: '0',
      }),
      subject: '',
      from,
      to: addDays(to, DAYS_AHEAD),
    },
  ],
  read: (response, request) => read('release_dates', response, request),
  normalise(row) {
    const { success, data } = release.safeParse(row);
    if (!success) return { rejected: 'a release of another shape' };
    const url = `https://fred.stlouisfed.org/release?rid=${encodeURIComponent(data.release_id)}`;
    return policyRecords.one({ type: 'release', date: data.date, title: data.release_name, url });
  },
  key: policyRecords.key,
};

/** Economic data of the Federal Reserve Bank of St. Louis. */
export const fred: Provider = {
  name: 'fred',
  hosts: [HOST],
  auth: { parameter: 'api_key' },
  endpoints: { macro, policy },
};
