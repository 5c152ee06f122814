import type { Context, Hono } from 'hono';
import type { Alert } from '../../contracts/alert.ts';
import { addDays, longDate } from '../../contracts/dates.ts';
import { conditionText } from '../../domain/alerts/condition-text.ts';
import { newYorkDate } from '../../domain/calendar/new-york.ts';
import type { Http } from '../../runtime/http/caller.ts';
import { deleteAlert } from '../delete-alert.ts';
import { linkPages } from '../link-pages.ts';
import type { ApiPorts, ApiSettings } from '../ports.ts';

const WEEK = 7;

/** The links of an alert in a mail. A GET changes nothing, since mail scanners open links. */
export function alertLinkRoutes(app: Hono<Http>, ports: ApiPorts, settings: ApiSettings): void {
  const { subscribers, now } = ports;
  const { page, targetOf, invalidLink, action } = linkPages(ports, settings);

  /** The alert of a link; `alert` is undefined if it was deleted. */
  const alertOf = async (context: Context, purpose: 'mute-alert' | 'delete-alert') => {
    const target = await targetOf(context, purpose);
    if (!target?.item) return undefined;
    const found = await subscribers.get(target.subscriber);
    const alerts = found?.alerts ?? {};
    const alert = Object.hasOwn(alerts, target.item) ? alerts[target.item] : undefined;
    return { found, id: target.item, alert };
  };
  const isGone = (context: Context) =>
    page(context, { title: 'This alert is deleted', text: 'It sends no more mail.' });
  const mutedUntil = () => addDays(newYorkDate(now()), WEEK);

  app.get('/mute-alert', async (context) => {
    const target = await alertOf(context, 'mute-alert');
    if (!target) return invalidLink(context);
    if (!target.alert) return isGone(context);
    return page(context, {
      title: 'Mute this alert for a week?',
      text: `${described(target.alert)} It sends no mail up to ${longDate(mutedUntil())}.`,
      form: { action: action(context, 'mute-alert'), buttons: [{ label: 'Mute for a week' }] },
    });
  });

  app.post('/mute-alert', async (context) => {
    const target = await alertOf(context, 'mute-alert');
    if (!target) return invalidLink(context);
    const { found, id, alert } = target;
    if (!found || !alert) return isGone(context);
    // It may be muted for longer already.
    const until = [alert.mutedUntil ?? '', mutedUntil()].sort().at(-1) ?? '';
    if (!(await subscribers.muteAlert(found.subscriber, id, until))) return isGone(context);
    return page(context, { title: 'Muted', text: `${described(alert)} It sends no mail up to ${longDate(until)}.` });
  });

  app.get('/delete-alert', async (context) => {
    const target = await alertOf(context, 'delete-alert');
    if (!target) return invalidLink(context);
    if (!target.alert) return isGone(context);
    return page(context, {
      title: 'Delete this alert?',
      text: described(target.alert),
      form: { action: action(context, 'delete-alert'), buttons: [{ label: 'Delete the alert' }] },
    });
  });

  app.post('/delete-alert', async (context) => {
    const target = await alertOf(context, 'delete-alert');
    if (!target) return invalidLink(context);
    const { found, id, alert } = target;
    if (found && alert) await deleteAlert(ports, found, id, alert);
    return isGone(context);
  });
}

/** `Your alert: AAPL closes at 310.00 or above.` */
const described = ({ ticker, condition }: Alert): string => `Your alert: ${ticker} ${conditionText(condition)}.`;
