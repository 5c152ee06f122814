import type { Context, Hono } from 'hono';
import { linkQuery } from '../../contracts/api.ts';
import type { Subscriber } from '../../contracts/subscriber.ts';
import { firstCharacters } from '../../contracts/visible.ts';
import { type LinkPurpose, verifyLink } from '../../domain/links/link-token.ts';
import type { Http } from '../../runtime/http/caller.ts';
import { LINK_PAGE_POLICY, linkPage } from '../link-page.ts';
import type { ApiPorts, ApiSettings } from '../ports.ts';

/** More buttons than this help nobody; the page for managing has them all. */
const MAX_BUTTONS = 20;

/** What links in mails lead to. A GET changes nothing, for mail scanners open links. */
export function linkRoutes(app: Hono<Http>, ports: ApiPorts, { webUrl, apiUrl }: ApiSettings): void {
  const { subscribers } = ports;

  const page = (context: Context, content: Omit<Parameters<typeof linkPage>[0], 'webUrl'>, status: 200 | 400 = 200) => {
    context.header('content-security-policy', LINK_PAGE_POLICY);
    context.header('cache-control', 'no-store');
    context.header('referrer-policy', 'no-referrer');
    return context.html(linkPage({ ...content, webUrl }), status);
  };

  /** The subscriber a link is for; undefined where we have not signed it. */
  const holderOf = async (context: Context, purpose: LinkPurpose): Promise<string | undefined> => {
    const { success, data } = linkQuery.safeParse(context.req.query());
    return success ? verifyLink(await ports.linkKeys(), purpose, data.token) : undefined;
  };
  const isNoLink = (context: Context) =>
    page(
      context,
      {
        title: 'This link does not work',
        text: 'It is incomplete, or very old. Open the page and sign in to change what you get.',
      },
      400,
    );
  const action = (context: Context, purpose: LinkPurpose) =>
    `${apiUrl}/${purpose}?token=${encodeURIComponent(context.req.query('token') ?? '')}`;

  app.get('/unsubscribe', async (context) => {
    const id = await holderOf(context, 'unsubscribe');
    if (!id) return isNoLink(context);
    const tickers = followedBy(await subscribers.get(id));
    if (tickers.length === 0)
      return page(context, { title: 'You follow nothing', text: 'No digest will come to this mailbox.' });
    const single = tickers.slice(0, MAX_BUTTONS).map((ticker) => ({ label: ticker, ticker }));
    const buttons = [{ label: 'Unsubscribe from everything' }, ...(tickers.length > 1 ? single : [])];
    return page(context, {
      title: 'Unsubscribe',
      text: `This mailbox follows ${count(tickers.length)}. Choose what no longer to get.`,
      form: { action: action(context, 'unsubscribe'), buttons },
    });
  });

  app.post('/unsubscribe', async (context) => {
    const id = await holderOf(context, 'unsubscribe');
    if (!id) return isNoLink(context);
    const { ticker } = await formOf(context);
    if (!ticker) {
      await subscribers.unfollowAll(id);
      return page(context, { title: 'Unsubscribed', text: 'No digest will come to this mailbox any more.' });
    }
    await subscribers.unfollow(id, ticker);
    const left = followedBy(await subscribers.get(id)).length;
    return page(context, { title: 'Unsubscribed', text: `${ticker} is off your list; ${count(left)} left.` });
  });

  app.get('/confirm', async (context) => {
    const id = await holderOf(context, 'confirm');
    const there = id && (await subscribers.get(id));
    if (!there) return isNoLink(context);
    if (there.state !== 'pending')
      return page(context, { title: 'Confirmed already', text: 'Digests come to this mailbox.' });
    return page(context, {
      title: 'Confirm your mailbox',
      text: `Digests about ${count(followedBy(there).length)} are to come to this mailbox.`,
      form: { action: action(context, 'confirm'), buttons: [{ label: 'Confirm' }] },
    });
  });

  app.post('/confirm', async (context) => {
    const id = await holderOf(context, 'confirm');
    const there = id && (await subscribers.get(id));
    if (!id || !there) return isNoLink(context);
    await subscribers.confirm(id, new Date(ports.now()).toISOString());
    return page(context, {
      title: 'Confirmed',
      text: 'The next delivery that changes what you follow sends your first digest.',
    });
  });
}

const followedBy = (subscriber: Subscriber | undefined): string[] => Object.keys(subscriber?.tickers ?? {}).sort();

const count = (tickers: number): string => (tickers === 1 ? 'one ticker' : `${tickers} tickers`);

async function formOf(context: Context): Promise<{ ticker: string }> {
  const ticker = new URLSearchParams(await context.req.text()).get('ticker') ?? '';
  return { ticker: firstCharacters(ticker, 64) };
}
