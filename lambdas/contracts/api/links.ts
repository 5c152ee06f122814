import * as z from 'zod';
import { type Route, withHead } from './route.ts';

/** A token has about 120 characters. */
export const linkQuery = z.object({ token: z.string().min(1).max(512) });

/** A token with eight tickers. */
export const plotQuery = z.object({ token: z.string().min(1).max(2048) });

const link = { handler: 'api', query: linkQuery, type: 'text/html' } as const;

/** Links in mails. A GET changes nothing, since mail scanners open links. */
export const LINK_ROUTES: readonly Route[] = [
  ...withHead({
    ...link,
    method: 'GET',
    path: '/unsubscribe',
    summary: 'The page of the unsubscribe link; changes nothing',
  }),
  {
    ...link,
    method: 'POST',
    path: '/unsubscribe',
    summary: 'Unsubscribe from one ticker or all (RFC 8058 one-click)',
  },
  ...withHead({
    ...link,
    method: 'GET',
    path: '/confirm',
    summary: 'The page of the link in an invitation; changes nothing',
  }),
  { ...link, method: 'POST', path: '/confirm', summary: 'Confirm a mailbox' },
  ...withHead({
    ...link,
    method: 'GET',
    path: '/mute-alert',
    summary: 'The page of the mute link of an alert; changes nothing',
  }),
  { ...link, method: 'POST', path: '/mute-alert', summary: 'Mute an alert for a week' },
  ...withHead({
    ...link,
    method: 'GET',
    path: '/delete-alert',
    summary: 'The page of the delete link of an alert; changes nothing',
  }),
  { ...link, method: 'POST', path: '/delete-alert', summary: 'Delete an alert' },
  ...withHead({
    method: 'GET',
    path: '/plot',
    handler: 'charts',
    query: plotQuery,
    type: 'text/html',
    summary: 'An interactive chart in one file, by the link of a mail that is not older than 30 days',
  }),
  ...withHead({
    method: 'GET',
    path: '/plot.csv',
    handler: 'charts',
    query: plotQuery,
    type: 'text/csv',
    summary: 'The closes of a chart in a mail, by the same link',
  }),
];
