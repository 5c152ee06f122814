import * as z from 'zod';
import { Scope } from '../scopes.ts';
import { chartWindow, MAIL_CHOICES, mailAddress, mailTheme, tickerGroups } from '../subscriber.ts';
import type { Route } from './route.ts';

const preferences = {
  theme: mailTheme.meta({ description: '`auto`: light or dark, as the device of the reader' }),
  window: chartWindow.meta({ description: 'Chart window for tickers followed from now on' }),
  mails: z.enum(MAIL_CHOICES).meta({
    description:
      '`every`: a mail for every delivery that changes a followed ticker; `weekly`: one on Saturday, and alerts at once; `alerts`: only when an alert fires',
  }),
  groups: tickerGroups.meta({ description: 'My own order of the tickers, in groups; of the page only' }),
  pausedUntil: z.iso.date().nullable().meta({
    description: 'No digests up to and including this date; null resumes digests, whatever stopped them',
  }),
};

/** What a subscriber changes of their own record; absent fields stay as they are. */
export const meBody = z.strictObject(preferences).partial();

const me = z.object({
  ...preferences,
  address: mailAddress,
  state: z.enum(['new', 'pending', 'active', 'paused']),
  tickers: z.int().meta({ description: 'Number of followed tickers' }),
  alerts: z.int().meta({ description: 'Number of alerts' }),
  undeliverable: z
    .object({ why: z.enum(['bounced', 'complained']), at: z.string() })
    .nullable()
    .meta({ description: 'Why no mail is sent to the address until `pausedUntil: null` resumes digests' }),
});

export type Me = z.infer<typeof me>;
export type MeBody = z.infer<typeof meBody>;

const own = { scope: Scope.subscriptions, path: '/me', handler: 'api' } as const;

export const ME_ROUTES: readonly Route[] = [
  { ...own, method: 'GET', answer: me, summary: 'My preferences' },
  { ...own, method: 'PUT', body: meBody, answer: me, summary: 'Change my preferences' },
  { ...own, method: 'DELETE', summary: 'Erase me and everything about me' },
  {
    ...own,
    method: 'GET',
    path: '/me/preview',
    handler: 'charts',
    type: 'text/html',
    summary: 'Show me a preview: the digest of the last delivery, or of current prices',
  },
  {
    ...own,
    method: 'POST',
    path: '/me/preview',
    handler: 'charts',
    summary: 'Mail me a preview',
  },
];
