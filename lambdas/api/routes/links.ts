import type { Context, Hono } from 'hono';
import { linkQuery } from '../../contracts/api/links.ts';
import type { Subscriber } from '../../contracts/subscriber.ts';
import { firstCharacters } from '../../contracts/visible.ts';
import { type LinkPurpose, verifyLink } from '../../domain/links/link-token.ts';
import type { Http } from '../../runtime/http/caller.ts';
import { LINK_PAGE_POLICY, linkPage } from '../link-page.ts';
import type { ApiPorts, ApiSettings } from '../ports.ts';

/** Maximum number of buttons; the page lists all tickers. */
const MAX_BUTTONS = 20;

/** Links in mails. A GET changes nothing, since mail scanners open links. */
export function linkRoutes(app: Hono<Http>, ports: ApiPorts, { webUrl, apiUrl }: ApiSettings): void {
  const { subscribers } = ports;

  const page = (context: Context, content: Omit<Parameters<typeof linkPage>[0], 'webUrl'>, status: 200 | 400 = 200) => {
    context.header('content-security-policy', LINK_PAGE_POLICY);
    context.header('cache-control', 'no-store');
    context.header('referrer-policy', 'no-referrer');
    return context.html(linkPage({ ...content, webUrl }), status);
  };

  /** The subscriber id of a link; undefined if we did not sign it. */
  const subscriberOf = async (context: Context, purpose: LinkPurpose): Promise<string | undefined> => {
    const { success, data } = linkQuery.safeParse(context.req.query());
    return success ? verifyLink(await ports.linkKeys(), purpose, data.token) : undefined;
  };
  const invalidLink = (context: Context) =>
    page(
      context,
      {
        title: 'This link does not work',
        text: 'It is incomplete or very old. Open the page and sign in to change your mails.',
      },
      400,
    );
  const action = (context: Context, purpose: LinkPurpose) =>
    `${apiUrl}/${purpose}?token=${encodeURIComponent(context.req.query('token') ?? '')}`;

  app.get('/unsubscribe', async (context) => {
    const id = await subscriberOf(context, 'unsubscribe');
    if (!id) return invalidLink(context);
    const tickers = followedBy(await subscribers.get(id));
    if (tickers.length === 0)
      return page(context, { title: 'You follow no ticker', text: 'This mailbox gets no digests.' });
    const single = tickers.slice(0, MAX_BUTTONS).map((ticker) => ({ label: ticker, ticker }));
    const buttons = [{ label: 'Unsubscribe from everything' }, ...(tickers.length > 1 ? single : [])];
    return page(context, {
      title: 'Unsubscribe',
      text: `This mailbox follows ${count(tickers.length)}. Choose what to unsubscribe from.`,
      form: { action: action(context, 'unsubscribe'), buttons },
    });
  });

  app.post('/unsubscribe', async (context) => {
    const id = await subscriberOf(context, 'unsubscribe');
    if (!id) return invalidLink(context);
    const { ticker } = await formOf(context);
    if (!ticker) {
      await subscribers.unfollowAll(id);
      return page(context, { title: 'Unsubscribed', text: 'This mailbox gets no more digests.' });
    }
    await subscribers.unfollow(id, ticker);
    const left = followedBy(await subscribers.get(id)).length;
    return page(context, { title: 'Unsubscribed', text: `You no longer follow ${ticker}; ${count(left)} left.` });
  });

  app.get('/confirm', async (context) => {
    const id = await subscriberOf(context, 'confirm');
    const found = id && (await subscribers.get(id));
    if (!found) return invalidLink(context);
    if (found.state !== 'pending')
      return page(context, { title: 'Already confirmed', text: 'This mailbox was confirmed before.' });
    return page(context, {
      title: 'Confirm your mailbox',
      text: `This mailbox was invited to digests about ${count(followedBy(found).length)}.`,
      form: { action: action(context, 'confirm'), buttons: [{ label: 'Confirm' }] },
    });
  });

  app.post('/confirm', async (context) => {
    const id = await subscriberOf(context, 'confirm');
    const found = id && (await subscribers.get(id));
    if (!id || !found) return invalidLink(context);
    await subscribers.confirm(id, new Date(ports.now()).toISOString());
    return page(context, {
      title: 'Confirmed',
      text: 'You get your first digest with the next delivery that changes a ticker you follow.',
    });
  });
}

const followedBy = (subscriber: Subscriber | undefined): string[] => Object.keys(subscriber?.tickers ?? {}).sort();

const count = (tickers: number): string => (tickers === 1 ? 'one ticker' : `${tickers} tickers`);

async function formOf(context: Context): Promise<{ ticker: string }> {
  const ticker = new URLSearchParams(await context.req.text()).get('ticker') ?? '';
  return { ticker: firstCharacters(ticker, 64) };
}
