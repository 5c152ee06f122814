import type { Context, Hono } from 'hono';
import { getsDigests, type Subscriber } from '../../contracts/subscriber.ts';
import { firstCharacters } from '../../contracts/visible.ts';
import { newYorkDate } from '../../domain/calendar/new-york.ts';
import type { LinkPurpose } from '../../domain/links/link-token.ts';
import type { Http } from '../../runtime/http/caller.ts';
import { deleteAlert } from '../delete-alert.ts';
import { linkPages } from '../link-pages.ts';
import type { ApiPorts, ApiSettings } from '../ports.ts';

/** How long the link of a mail undoes what it did. */
const UNDO_MS = 86_400_000;
/** Maximum number of buttons; the page lists all tickers. */
const MAX_BUTTONS = 20;

/** Links in mails. A GET changes nothing, since mail scanners open links. */
export function linkRoutes(app: Hono<Http>, ports: ApiPorts, settings: ApiSettings): void {
  const { subscribers } = ports;

  const { page, targetOf, invalidLink, action } = linkPages(ports, settings);
  const subscriberOf = async (context: Context, purpose: LinkPurpose) => (await targetOf(context, purpose))?.subscriber;

  /** Who unsubscribes from a ticker by a mail wants no mail about it. */
  const deleteAlertsOn = async (id: string, ticker: string): Promise<string> => {
    const found = await subscribers.get(id);
    const own = Object.entries(found?.alerts ?? {}).filter(([, alert]) => alert.ticker === ticker);
    for (const [key, alert] of own) if (found) await deleteAlert(ports, found, key, alert);
    return own.length > 0
      ? ` ${capital(alertCount(own.length))} on it ${own.length === 1 ? 'is' : 'are'} deleted.`
      : '';
  };

  const now = () => new Date(ports.now()).toISOString();
  /** The page of a mailbox that gets no mails. The link undoes that for a day: somebody else may have the mail later. */
  const isPaused = (context: Context, subscriber: Subscriber | undefined) => {
    const canUndo = (subscriber?.pausedAt ?? '') > undoableFrom();
    return page(context, {
      title: 'You are unsubscribed',
      text: `This mailbox gets no mails. ${kept(subscriber)}${canUndo ? '' : ' Sign in to resume.'}`,
      ...(canUndo && {
        form: {
          action: action(context, 'unsubscribe'),
          buttons: [{ label: 'Undo: send me mails again', name: 'undo', value: 'yes' }],
        },
      }),
    });
  };
  const undoableFrom = () => new Date(ports.now() - UNDO_MS).toISOString();
  const isPending = (context: Context) =>
    page(context, {
      title: 'Nothing is sent',
      text: 'This mailbox has not confirmed its invitation: it gets no mails.',
    });

  /** What a mailbox gets after its owner undid the pause. */
  const undone = async (context: Context, id: string) => {
    const isOn = await subscribers.undoPause(id, undoableFrom());
    const again = await subscribers.get(id);
    if (!again) return invalidLink(context);
    if (!isOn && again.state === 'paused') return isPaused(context, again);
    if (getsDigests(again, newYorkDate(ports.now())))
      return page(context, { title: 'Mails are on again', text: `Nothing was lost. ${kept(again)}` });
    return page(context, {
      title: 'This mailbox still gets no mails',
      text: `${again.undeliverable ? 'Its mails bounced, or were reported as spam.' : 'It is paused, or not confirmed.'} Sign in to resume.`,
    });
  };

  app.get('/unsubscribe', async (context) => {
    const id = await subscriberOf(context, 'unsubscribe');
    if (!id) return invalidLink(context);
    const subscriber = await subscribers.get(id);
    const alerts = Object.keys(subscriber?.alerts ?? {}).length;
    const tickers = followedBy(subscriber);
    if (subscriber?.state === 'paused') return isPaused(context, subscriber);
    if (subscriber?.state === 'pending') return isPending(context);
    if (tickers.length === 0 && alerts === 0)
      return page(context, { title: 'You follow no ticker', text: 'This mailbox gets no digests.' });
    const single = tickers
      .slice(0, MAX_BUTTONS)
      .map((ticker) => ({ label: `Unfollow ${ticker}`, name: 'ticker', value: ticker }));
    const buttons = [{ label: 'Stop all mails' }, ...(tickers.length + alerts > 1 ? single : [])];
    return page(context, {
      title: 'Unsubscribe',
      text: `This mailbox follows ${count(tickers.length)}${alerts > 0 ? ` and has ${alertCount(alerts)}` : ''}. Stopping all mails keeps the list, in case you come back.`,
      form: { action: action(context, 'unsubscribe'), buttons },
    });
  });

  app.post('/unsubscribe', async (context) => {
    const id = await subscriberOf(context, 'unsubscribe');
    if (!id) return invalidLink(context);
    const { ticker, isUndo } = await formOf(context);
    if (isUndo) return undone(context, id);
    if (!ticker) {
      await subscribers.pause(id, now());
      const stopped = await subscribers.get(id);
      return stopped?.state === 'pending' ? isPending(context) : isPaused(context, stopped);
    }
    await subscribers.unfollow(id, ticker);
    const gone = await deleteAlertsOn(id, ticker);
    const left = followedBy(await subscribers.get(id)).length;
    return page(context, {
      title: `${ticker} unfollowed`,
      text: `${capital(count(left))} left.${gone}`,
    });
  });

  app.get('/confirm', async (context) => {
    const id = await subscriberOf(context, 'confirm');
    const found = id && (await subscribers.get(id));
    if (!found) return invalidLink(context);
    if (found.state === 'paused') return isPaused(context, found);
    if (found.state !== 'pending')
      return page(context, { title: 'Already confirmed', text: 'This mailbox was confirmed before.' });
    return page(context, {
      title: 'Confirm your mailbox',
      text: `This mailbox was invited to digests about ${count(followedBy(found).length)}.`,
      form: { action: action(context, 'confirm'), buttons: [{ label: 'Confirm this mailbox' }] },
    });
  });

  app.post('/confirm', async (context) => {
    const id = await subscriberOf(context, 'confirm');
    const found = id && (await subscribers.get(id));
    if (!id || !found) return invalidLink(context);
    await subscribers.confirm(id, now());
    if (found.state === 'paused') return isPaused(context, found);
    return page(context, {
      title: 'Confirmed',
      text: 'You get your first digest with the next delivery that changes a ticker you follow.',
    });
  });
}

const followedBy = (subscriber: Subscriber | undefined): string[] => Object.keys(subscriber?.tickers ?? {}).sort();

/** `Your list is kept: 3 tickers and one alert.` */
const kept = (subscriber: Subscriber | undefined): string => {
  const alerts = Object.keys(subscriber?.alerts ?? {}).length;
  return `Your list is kept: ${count(followedBy(subscriber).length)}${alerts > 0 ? ` and ${alertCount(alerts)}` : ''}.`;
};

const count = (tickers: number): string => (tickers === 1 ? 'one ticker' : `${tickers} tickers`);

const alertCount = (alerts: number): string => (alerts === 1 ? 'one alert' : `${alerts} alerts`);
const capital = (text: string): string => text.replace(/^./, (first) => first.toUpperCase());

async function formOf(context: Context): Promise<{ ticker: string; isUndo: boolean }> {
  const form = new URLSearchParams(await context.req.text());
  return { ticker: firstCharacters(form.get('ticker') ?? '', 64), isUndo: form.get('undo') === 'yes' };
}
