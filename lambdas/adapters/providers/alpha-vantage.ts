import * as z from 'zod';
import { fundamentals as fundamentalsTable } from '../../../datasets/fundamentals.ts';
import { macro as macroTable } from '../../../datasets/macro.ts';
import { addDays } from '../../contracts/dates.ts';
import { fault, jsonIn, oddShape, priceRequests, signedDecimalIn, statusFault } from '../../domain/collect/answers.ts';
import { barPart, partKey } from '../../domain/collect/bar-part.ts';
import type { ApiResponse, Endpoint, Fault, FlatRecord, PricePart, Provider } from '../../domain/collect/provider.ts';
import { isShares, itemsOf, statementItem } from '../../domain/collect/statement-items.ts';
import { recordsOf } from '../../domain/records/provider-records.ts';

const HOST = 'www.alphavantage.co';
const address = (query: Record<string, string>) => `https://${HOST}/query?${new URLSearchParams(query)}`;
/** What "more sparingly" asks for. */
const ONE_SECOND_MS = 1_100;
/** Calendar days that the compact answer of 100 sessions certainly covers. */
const COMPACT_DAYS = 130;

const said = z.object({
  Information: z.string().optional(),
  Note: z.string().optional(),
  'Error Message': z.string().optional(),
});

/** The JSON of an answer, or the fault that it is: every error has the status 200. */
function answerOf(response: ApiResponse): { json: object } | Fault {
  const failed = statusFault(response);
  if (failed) return failed;
  const json = jsonIn(response.body);
  const { success, data } = said.safeParse(json);
  if (!success || typeof json !== 'object' || json === null) return oddShape(response.body);
  const text = data.Information ?? data.Note ?? data['Error Message'];
  if (text === undefined) return { json };
  if (/requests per day|daily rate limit/i.test(text) && !/more sparingly/i.test(text)) return fault('quota', text);
  if (/more sparingly|per (?:second|minute)/i.test(text)) return fault('retry', text, ONE_SECOND_MS);
  if (/premium/i.test(text)) return fault('plan', text);
  if (/api ?key/i.test(text)) return fault('auth', text);
  return fault(data['Error Message'] === undefined ? 'shape' : 'not-found', text);
}

const series = z.object({ 'Time Series (Daily)': z.record(z.iso.date(), z.record(z.string(), z.string())) });
const bar = z.tuple([z.iso.date(), z.record(z.string(), z.string())]);

const prices: Endpoint<PricePart> = {
  basis: 'raw',
  plan: (query, context) =>
    priceRequests(query, context, (symbol) => {
      const isRecent = query.from > addDays(new Date(context.now).toISOString().slice(0, 10), -COMPACT_DAYS);
      return address({ function: 'TIME_SERIES_DAILY', symbol, outputsize: isRecent ? 'compact' : 'full' });
    }),
  read(response) {
    const answer = answerOf(response);
    if ('fault' in answer) return answer;
    const { success, data } = series.safeParse(answer.json);
    return success ? { rows: Object.entries(data['Time Series (Daily)']) } : oddShape(response.body);
  },
  normalise(row, { subject: ticker, from, to }) {
    const { success, data } = bar.safeParse(row);
    if (!success) return { rejected: 'a bar of another shape' };
    const [date, named] = data;
    if (date < from || date > to) return undefined;
    const [open, high, low] = [named['1. open'], named['2. high'], named['3. low']];
    return barPart({ ticker, date }, { close: named['4. close'], open, high, low, volume: named['5. volume'] });
  },
  key: partKey,
};

const STATEMENTS = { INCOME_STATEMENT: 'income', BALANCE_SHEET: 'balance', CASH_FLOW: 'cash-flow' } as const;
type StatementFunction = keyof typeof STATEMENTS;
const report = z.record(z.string(), z.string().nullable());
const reports = z.object({ annualReports: z.array(report).default([]), quarterlyReports: z.array(report).default([]) });

const fundamentalRecords = recordsOf(fundamentalsTable, 'alpha-vantage');
const fundamentals: Endpoint<FlatRecord> = {
  daysBack: 0,
  plan: ({ subjects, from, to }) =>
    subjects.flatMap((subject) =>
      Object.keys(STATEMENTS).map((kind) => ({
        url: address({ function: kind, symbol: subject }),
        subject,
        from,
        to,
        kind,
      })),
    ),
  read(response) {
    const answer = answerOf(response);
    if ('fault' in answer) return answer;
    // An unknown symbol has an empty object.
    if (Object.keys(answer.json).length === 0) return fault('not-found', 'no statements');
    const { success, data } = reports.safeParse(answer.json);
    if (!success) return oddShape(response.body);
    return {
      rows: [
        ...data.annualReports.map((one) => ({ period: 'FY', report: one })),
        ...data.quarterlyReports.map((one) => ({ period: 'quarter', report: one })),
      ].flatMap(({ period, report: one }) => itemsOf(one, ['fiscalDateEnding', 'reportedCurrency'], period)),
    };
  },
  normalise(row, { subject, kind }) {
    const { success, data } = statementItem.safeParse(row);
    if (!success) return { rejected: 'a statement of another shape' };
    const { period, report: one, item } = data;
    const statement = STATEMENTS[kind as StatementFunction];
    return fundamentalRecords.one({
      ticker: subject,
      statement,
      date: one['fiscalDateEnding'] ?? undefined,
      period,
      item,
      value: signedDecimalIn(one[item]),
      unit: isShares(item) ? null : one['reportedCurrency'],
    });
  },
  key: fundamentalRecords.key,
};

const points = z.object({ data: z.array(z.object({ date: z.iso.date(), value: z.string() })) });

const macroRecords = recordsOf(macroTable, 'alpha-vantage');
const macro: Endpoint<FlatRecord> = {
  subjects: ['REAL_GDP', 'CPI', 'UNEMPLOYMENT', 'NONFARM_PAYROLL'],
  daysBack: 365,
  plan: ({ subjects, from, to }) =>
    subjects.map((subject) => ({
      url: address({ function: subject, ...(subject === 'REAL_GDP' && { interval: 'quarterly' }) }),
      subject,
      from,
      to,
    })),
  read(response) {
    const answer = answerOf(response);
    if ('fault' in answer) return answer;
    const { success, data } = points.safeParse(answer.json);
    return success ? { rows: data.data } : oddShape(response.body);
  },
  normalise(row, { subject, from, to }) {
    const { success, data } = points.shape.data.element.safeParse(row);
    if (!success) return { rejected: 'a value of another shape' };
    if (data.date < from || data.date > to || data.value === '.') return undefined;
    return macroRecords.one({ series: subject, date: data.date, value: signedDecimalIn(data.value) });
  },
  key: macroRecords.key,
};

export const alphaVantage: Provider = {
  name: 'alpha-vantage',
  hosts: [HOST],
  auth: { parameter: 'apikey' },
  endpoints: { prices, fundamentals, macro },
};
