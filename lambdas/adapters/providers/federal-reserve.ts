import * as z from 'zod';
import { policy as policyTable } from '../../../datasets/policy.ts';
import { localTime } from '../../domain/calendar/sessions.ts';
import { oddShape, statusFault } from '../../domain/collect/answers.ts';
import { elementsIn, htmlIn, textIn, withClass, xmlIn } from '../../domain/collect/markup.ts';
import { safeUrl } from '../../domain/collect/news-values.ts';
import type { ApiResponse, Endpoint, Fault, FlatRecord, Page, Provider } from '../../domain/collect/provider.ts';
import { recordsOf } from '../../domain/records/provider-records.ts';

const HOST = 'www.federalreserve.gov';
const NEW_YORK = 'America/New_York';
/** A decision about rates is published at this time of the last day. */
const DECISION = '14:00';
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const press = z.object({ title: z.string().min(1), url: z.string(), published: z.string() });
const meeting = z.object({ year: z.string().regex(/^\d{4}$/), month: z.string(), days: z.string() });

function readFeed(response: ApiResponse): Page | Fault {
  const document = xmlIn(response.body);
  if (elementsIn(document, 'channel').length === 0) return oddShape(response.body);
  return {
    rows: elementsIn(document, 'item').map((item) => ({
      title: textIn(item, 'title'),
      url: textIn(item, 'link'),
      published: textIn(item, 'pubDate'),
    })),
  };
}

/** A panel has the meetings of one year. */
function readMeetings(response: ApiResponse): Page | Fault {
  const panels = withClass(htmlIn(response.body), 'panel-default');
  const rows = panels.flatMap((panel) => {
    const [year = ''] = /\d{4}/.exec(textIn(panel, 'h4')) ?? [];
    return withClass(panel, 'row fomc-meeting').map((row) => {
      const [month, days] = ['fomc-meeting__month', 'fomc-meeting__date'].map((part) => withClass(row, part)[0]);
      return { year, month: month ? textIn(month) : '', days: days ? textIn(days) : '' };
    });
  });
  return rows.length > 0 ? { rows } : oddShape(response.body);
}

/** `Apr/May` and `30-1`: the last day is 1 May. Undefined for a meeting without a plain date. */
function lastDay({ year, month, days }: z.infer<typeof meeting>): string | undefined {
  const [, day] = /^(?:\d{1,2}-)?(\d{1,2})\*?$/.exec(days) ?? [];
  const name = month.split('/').at(-1)?.trim().slice(0, 3).toLowerCase() ?? '';
  const number = MONTHS.indexOf(name) + 1;
  if (!day || number === 0) return undefined;
  return `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

const records = recordsOf(policyTable, 'federal-reserve');

const policy: Endpoint<FlatRecord> = {
  daysBack: 30,
  plan: ({ from, to }) => [
    { url: `https://${HOST}/feeds/press_monetary.xml`, subject: '', from, to, kind: 'press' },
    { url: `https://${HOST}/monetarypolicy/fomccalendars.htm`, subject: '', from, to, kind: 'fomc' },
  ],
  read(response, { kind }) {
    const failed = statusFault(response);
    if (failed) return failed;
    return kind === 'press' ? readFeed(response) : readMeetings(response);
  },
  normalise(row, { kind }) {
    if (kind === 'press') {
      const { success, data } = press.safeParse(row);
      const at = success ? Date.parse(data.published) : Number.NaN;
      if (!success || Number.isNaN(at)) return { rejected: 'a press release of another shape' };
      const { date, time } = localTime(NEW_YORK, at);
      return records.one({ type: 'press', date, time, title: data.title, url: safeUrl(data.url) });
    }
    const { success, data } = meeting.safeParse(row);
    if (!success) return { rejected: 'a meeting of another shape' };
    const date = lastDay(data);
    // A vote in writing has no day of its own.
    if (!date) return undefined;
    const url = `https://${HOST}/monetarypolicy/fomccalendars.htm`;
    return records.one({ type: 'fomc', date, time: DECISION, title: 'FOMC decision about rates', url });
  },
  key: records.key,
};

export const federalReserve: Provider = {
  name: 'federal-reserve',
  hosts: [HOST],
  auth: undefined,
  endpoints: { policy },
};
