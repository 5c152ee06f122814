import * as z from 'zod';
import { macro as macroTable } from '../../../datasets/macro.ts';
import { policy as policyTable } from '../../../datasets/policy.ts';
import { jsonIn, oddShape, signedDecimalIn, statusFault } from '../../domain/collect/answers.ts';
import { elementsIn, textIn, xmlIn } from '../../domain/collect/markup.ts';
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

const FISCAL = 'api.fiscaldata.treasury.gov';
const HOME = 'home.treasury.gov';
const PAGE = '1000';

const fiscal = z.object({
  data: z.array(z.record(z.string(), z.string().nullable())),
  meta: z.object({ 'total-pages': z.coerce.number() }),
});

/** Its links are fragments of a query: the next page is counted. */
function readFiscal(response: ApiResponse, { url }: ApiRequest): Page | Fault {
  const failed = statusFault(response);
  if (failed) return failed;
  const { success, data } = fiscal.safeParse(jsonIn(response.body));
  if (!success) return oddShape(response.body);
  const next = new URL(url);
  const page = Number(next.searchParams.get('page[number]'));
  next.searchParams.set('page[number]', String(page + 1));
  return { rows: data.data, ...(page < data.meta['total-pages'] && { next: next.href }) };
}

/** One row a tenor: they are not ordered, come and go, and may be empty. */
function readYields(response: ApiResponse): Page | Fault {
  const failed = statusFault(response);
  if (failed) return failed;
  const document = xmlIn(response.body);
  const feeds = elementsIn(document, 'feed');
  if (feeds.length === 0) return oddShape(response.body);
  const rows = elementsIn(document, 'm:properties').flatMap((properties) => {
    const date = textIn(properties, 'd:NEW_DATE').slice(0, 10);
    const tenors = elementsIn(properties, /^d:BC_\d+(?:_\d+)?(?:MONTH|YEAR)$/);
    return tenors.map((tenor) => ({ series: tenor.name.slice('d:'.length), date, value: textIn(tenor) }));
  });
  return { rows };
}

const point = z.object({ series: z.string(), date: z.iso.date(), value: z.string() });
const debt = z.object({ record_date: z.iso.date(), tot_pub_debt_out_amt: z.string() });
const YIELDS = 'YIELDS';
const macroRecords = recordsOf(macroTable, 'treasury');
const years = (from: string, to: string): string[] =>
  Array.from({ length: Number(to.slice(0, 4)) - Number(from.slice(0, 4)) + 1 }, (_, i) =>
    String(Number(from.slice(0, 4)) + i),
  );

const macro: Endpoint<FlatRecord> = {
  subjects: ['DEBT_TO_PENNY', YIELDS],
  daysBack: 365,
  plan: ({ subjects, from, to }) =>
    subjects.flatMap((subject) => {
      if (subject === 'DEBT_TO_PENNY') {
        const query = new URLSearchParams({
          fields: 'record_date,tot_pub_debt_out_amt',
          filter: `record_date:gte:${from},record_date:lte:${to}`,
          'page[number]': '1',
          'page[size]': PAGE,
        });
        const path = '/services/api/fiscal_service/v2/accounting/od/debt_to_penny';
        return [{ url: `https://${FISCAL}${path}?${query}`, subject, from, to, kind: 'debt' }];
      }
      // All tenors, or one like BC_10YEAR.
      if (subject !== YIELDS && !subject.startsWith('BC_')) return [];
      return years(from, to).map((year) => {
        const query = new URLSearchParams({ data: 'daily_treasury_yield_curve', field_tdr_date_value: year });
        return {
          url: `https://${HOME}/resource-center/data-chart-center/interest-rates/pages/xml?${query}`,
          subject,
          from,
          to,
        };
      });
    }),
  read: (response, request) => (request.kind === 'debt' ? readFiscal(response, request) : readYields(response)),
  normalise(row, { subject, kind, from, to }) {
    const read = kind === 'debt' ? debt.safeParse(row) : point.safeParse(row);
    if (!read.success) return { rejected: 'a value of another shape' };
    const { series, date, value } =
      'series' in read.data
        ? read.data
        : { series: subject, date: read.data.record_date, value: read.data.tot_pub_debt_out_amt };
    const isOther = subject.startsWith('BC_') && series !== subject;
    if (isOther || date < from || date > to || value === '' || value === 'null') return undefined;
    return macroRecords.one({ series, date, value: signedDecimalIn(value) });
  },
  key: macroRecords.key,
};

const auction = z.object({ security_type: z.string(), security_term: z.string(), auction_date: z.iso.date() });
const policyRecords = recordsOf(policyTable, 'treasury');

const policy: Endpoint<FlatRecord> = {
  daysBack: 7,
  plan: ({ from, to }) => {
    const query = new URLSearchParams({
      fields: 'security_type,security_term,auction_date',
      filter: `auction_date:gte:${from}`,
      'page[number]': '1',
      'page[size]': PAGE,
    });
    const path = '/services/api/fiscal_service/v1/accounting/od/upcoming_auctions';
    return [{ url: `https://${FISCAL}${path}?${query}`, subject: '', from, to }];
  },
  read: readFiscal,
  normalise(row) {
    const { success, data } = auction.safeParse(row);
    if (!success) return { rejected: 'an auction of another shape' };
    const title = `${data.security_term} ${data.security_type} auction`;
    return policyRecords.one({ type: 'auction', date: data.auction_date, title });
  },
  key: policyRecords.key,
};

/** Treasury: debt, yields and auctions. */
export const treasury: Provider = {
  name: 'treasury',
  hosts: [FISCAL, HOME],
  auth: undefined,
  endpoints: { macro, policy },
};
