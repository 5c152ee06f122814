import * as z from 'zod';
import { macro as macroTable } from '../../../datasets/macro.ts';
import { jsonIn, oddShape, signedDecimalIn, statusFault } from '../../domain/collect/answers.ts';
import type { Endpoint, FlatRecord, Provider } from '../../domain/collect/provider.ts';
import { recordsOf } from '../../domain/records/provider-records.ts';

const HOST = 'markets.newyorkfed.org';
const PATHS: Record<string, string> = {
  EFFR: 'unsecured/effr',
  OBFR: 'unsecured/obfr',
  SOFR: 'secured/sofr',
  BGCR: 'secured/bgcr',
  TGCR: 'secured/tgcr',
};

const answer = z.object({ refRates: z.array(z.unknown()) });
const rate = z.object({ effectiveDate: z.iso.date(), percentRate: z.string() });
const records = recordsOf(macroTable, 'ny-fed');

const macro: Endpoint<FlatRecord> = {
  subjects: ['EFFR'],
  daysBack: 365,
  plan: ({ subjects, from, to }) =>
    subjects.flatMap((subject) => {
      const path = PATHS[subject];
      const url = `https://${HOST}/api/rates/${path}/search.json?startDate=${from}&endDate=${to}`;
      return path ? [{ url, subject, from, to }] : [];
    }),
  read(response) {
    const failed = statusFault(response);
    if (failed) return failed;
    const { success, data } = answer.safeParse(jsonIn(response.body));
    return success ? { rows: data.refRates } : oddShape(response.body);
  },
  normalise(row, { subject: series }) {
    const { success, data } = rate.safeParse(row);
    if (!success) return { rejected: 'a rate of another shape' };
    return records.one({ series, date: data.effectiveDate, value: signedDecimalIn(data.percentRate) });
  },
  key: records.key,
};

/** Reference rates of the Federal Reserve Bank of New York, in per cent. */
export const nyFed: Provider = {
  name: 'ny-fed',
  hosts: [HOST],
  auth: undefined,
  endpoints: { macro },
};
