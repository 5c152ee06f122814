import * as z from 'zod';
import { macro as macroTable } from '../../../datasets/macro.ts';
import { fault, jsonIn, oddShape, signedDecimalIn, statusFault } from '../../domain/collect/answers.ts';
import type { Endpoint, FlatRecord, Provider } from '../../domain/collect/provider.ts';
import { recordsOf } from '../../domain/records/provider-records.ts';

const HOST = 'api.worldbank.org';
const PAGE = '1000';
/** Id of the message that the service is not available. */
const UNAVAILABLE = '105';

const message = z.tuple([
  z.object({ message: z.array(z.object({ id: z.string(), key: z.string(), value: z.string() })) }),
]);
const answer = z.tuple([
  z.object({ page: z.coerce.number(), pages: z.coerce.number() }),
  z.array(z.unknown()).nullable(),
]);
const value = z.object({ date: z.string(), value: z.string().nullable() });
const records = recordsOf(macroTable, 'world-bank');

/** Series are named `US/NY.GDP.MKTP.CD`: country and indicator. */
const macro: Endpoint<FlatRecord> = {
  subjects: ['US/NY.GDP.MKTP.CD', 'US/FP.CPI.TOTL.ZG'],
  daysBack: 3 * 365,
  plan: ({ subjects, from, to }) =>
    subjects.map((subject) => {
      const [country = '', indicator = ''] = subject.split('/');
      const path = `country/${encodeURIComponent(country)}/indicator/${encodeURIComponent(indicator)}`;
      const query = new URLSearchParams({
        format: 'json',
        per_page: PAGE,
        date: `${from.slice(0, 4)}:${to.slice(0, 4)}`,
        page: '1',
      });
      return { url: `https://${HOST}/v2/${path}?${query}`, subject, from, to };
    }),
  read(response, { url }) {
    const json = jsonIn(response.body);
    // It is overloaded at times, and then answers 400 with a page.
    if (json === undefined) return fault('retry', `HTTP ${response.status} without JSON`, response.retryAfterMs);
    const failed = statusFault(response);
    if (failed) return failed;
    const said = message.safeParse(json);
    if (said.success) {
      const [{ message: all }] = said.data;
      const isBusy = all.some(({ id }) => id === UNAVAILABLE);
      return fault(isBusy ? 'retry' : 'not-found', all.map((one) => `${one.key}: ${one.value}`).join('; '));
    }
    const { success, data } = answer.safeParse(json);
    if (!success) return oddShape(response.body);
    const [{ page, pages }, rows] = data;
    const next = new URL(url);
    next.searchParams.set('page', String(page + 1));
    return { rows: rows ?? [], ...(page < pages && { next: next.href }) };
  },
  normalise(row, { subject: series }) {
    const { success, data } = value.safeParse(row);
    if (!success) return { rejected: 'a value of another shape' };
    if (data.value === null) return undefined;
    return records.one({ series, date: `${data.date}-01-01`, value: signedDecimalIn(data.value) });
  },
  key: records.key,
};

export const worldBank: Provider = {
  name: 'world-bank',
  hosts: [HOST],
  auth: undefined,
  endpoints: { macro },
};
