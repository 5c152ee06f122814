import type { Context, Hono } from 'hono';
import { type Alert, type AlertChoices, alertChoices, MAX_ALERT_DAYS, MAX_ALERTS } from '../../contracts/alert.ts';
import { alertsQuery, muteBody, previewBody } from '../../contracts/api/alerts.ts';
import { addDays } from '../../contracts/dates.ts';
import { TOMBSTONE_YEAR } from '../../contracts/keys.ts';
import type { Subscriber } from '../../contracts/subscriber.ts';
import { measureNow } from '../../domain/alerts/alert-state.ts';
import { conditionText } from '../../domain/alerts/condition-text.ts';
import { preview } from '../../domain/alerts/preview.ts';
import { startDate, startNow, WARM_UP_DAYS } from '../../domain/alerts/rule.ts';
import { newYorkDate } from '../../domain/calendar/new-york.ts';
import { identityOf } from '../../domain/prices/identity.ts';
import { readTicker } from '../../pricing/read-ticker.ts';
import { concurrently } from '../../runtime/concurrently.ts';
import { callerOf, type Http } from '../../runtime/http/caller.ts';
import type { KnownTickers } from '../../runtime/http/known-tickers.ts';
import { jsonBody, Problem, parse } from '../../runtime/http/problem.ts';
import { type AlertedTicker, alertFrom, fireView, historyOf, readAlerted, viewOf } from '../alert-views.ts';
import { deleteAlert } from '../delete-alert.ts';
import { ensureOwn, readOwn } from '../own-record.ts';
import type { ApiPorts, ApiSettings } from '../ports.ts';

const QUERIES_AT_ONCE = 10;
const YEAR = 365;

/** The alerts of the caller. */
export function alertRoutes(app: Hono<Http>, ports: ApiPorts, settings: ApiSettings, known: KnownTickers): void {
  const { subscribers, now } = ports;
  const today = () => newYorkDate(now());
  const readFor = (alert: Alert, subscriber: Subscriber) =>
    readAlerted(ports, settings, alert.ticker, alertFrom(alert, subscriber));
  const readYear = (ticker: string) =>
    readAlerted(ports, settings, ticker, addDays(startDate(now()), -YEAR - WARM_UP_DAYS));

  const toldOf = async ({ subscriber }: Subscriber, id: string) => (await ports.told.get(subscriber, id))?.fires ?? [];

  /** The caller's record, and one alert of theirs. @throws Problem if there is none */
  const ownAlert = async (context: Context<Http>) => {
    const subscriber = await readOwn(ports, callerOf(context));
    const id = context.req.param('id') ?? '';
    const alerts = subscriber?.alerts ?? {};
    const alert = Object.hasOwn(alerts, id) ? alerts[id] : undefined;
    if (!subscriber || !alert)
      throw new Problem(404, 'Unknown alert', 'You have no alert with this id. GET /alerts lists them.');
    return { subscriber, id, alert };
  };

  app.get('/alerts', async (context) => {
    const { ticker: only } = parse(alertsQuery, context.req.query(), 'query');
    const subscriber = await readOwn(ports, callerOf(context));
    const names = only === undefined ? undefined : await namesOfTicker(ports, only);
    const all = Object.entries(subscriber?.alerts ?? {}).filter(([, { ticker }]) => names?.has(ticker) ?? true);
    if (!subscriber || all.length === 0) return context.json({ alerts: [] });
    const from = new Map<string, string>();
    for (const [, alert] of all) {
      const first = alertFrom(alert, subscriber);
      if (first < (from.get(alert.ticker) ?? '9999')) from.set(alert.ticker, first);
    }
    const read = new Map<string, AlertedTicker>();
    await concurrently(from, QUERIES_AT_ONCE, async ([ticker, first]) => {
      read.set(ticker, await readAlerted(ports, settings, ticker, first));
    });
    const told = new Map((await ports.told.all(subscriber.subscriber)).map(({ alert, fires }) => [alert, fires]));
    const none: AlertedTicker = { name: '', inputs: undefined };
    const alerts = all.map(([id, alert]) =>
      viewOf(id, alert, subscriber, read.get(alert.ticker) ?? none, told.get(id) ?? [], now()),
    );
    return context.json({ alerts: alerts.sort((a, b) => (`${a.name} ${a.id}` < `${b.name} ${b.id}` ? -1 : 1)) });
  });

  app.post('/alerts', async (context) => {
    const caller = callerOf(context);
    const choices = parse(alertChoices, await jsonBody(context), 'body');
    const ticker = await known.find(choices.ticker);
    const subscriber = await ensureOwn(ports, caller);
    refuseDuplicate(subscriber, { ...choices, ticker }, today());
    const read = await readYear(ticker);
    const start = startNow(read.inputs?.series, now());
    const alert = alertOf({ ...choices, ticker }, today(), { start, version: 1 });
    const id = ports.newId();
    if (!(await subscribers.addAlert(caller.subscriber, id, alert)))
      throw new Problem(409, 'Too many alerts', `Expected at most ${MAX_ALERTS} alerts. Delete one first.`);
    return context.json(viewOf(id, alert, subscriber, read, [], now()), 201);
  });

  app.post('/alerts/preview', async (context) => {
    const { ticker: asked, ...choices } = parse(previewBody, await jsonBody(context), 'body');
    const { name, inputs } = await readYear(await known.find(asked));
    if (!inputs) throw new Problem(404, 'No prices', 'This ticker has no current prices. GET /tickers finds others.');
    const { rule, ruleNow, fires, alreadyTrue, warnings } = preview(choices, inputs, now());
    const measure = measureNow(ruleNow, inputs);
    return context.json({
      ticker: name,
      text: conditionText(choices.condition),
      from: rule.after,
      fires: fires.map((fire) => fireView(rule, fire, inputs)),
      alreadyTrue,
      ...(measure && { measure }),
      warnings,
    });
  });

  app.get('/alerts/:id', async (context) => {
    const { subscriber, id, alert } = await ownAlert(context);
    return context.json(
      viewOf(id, alert, subscriber, await readFor(alert, subscriber), await toldOf(subscriber, id), now()),
    );
  });

  app.put('/alerts/:id', async (context) => {
    const choices = parse(alertChoices, await jsonBody(context), 'body');
    const { subscriber, id, alert } = await ownAlert(context);
    if (choices.ticker.toUpperCase() !== alert.ticker.toUpperCase())
      throw new Problem(
        409,
        'Another ticker',
        `Expected the ticker ${alert.ticker}. Make a new alert for another one.`,
      );
    const read = await readFor(alert, subscriber);
    // An alert that had expired starts anew, too.
    const isSame = ruleText(choices) === ruleText(alert) && alert.expires >= today();
    const kept = isSame
      ? { start: alert.start, version: alert.version }
      : { start: startNow(read.inputs?.series, now()), version: alert.version + 1 };
    const { mutedUntil = alert.mutedUntil } = choices;
    const edited = alertOf({ ...choices, mutedUntil, ticker: alert.ticker }, today(), kept);
    if (!(await subscribers.replaceAlert(subscriber.subscriber, id, edited, alert)))
      throw new Problem(409, 'Edited meanwhile', 'Somebody else changed or deleted this alert. Read it again.');
    return context.json(viewOf(id, edited, subscriber, read, await toldOf(subscriber, id), now()));
  });

  app.put('/alerts/:id/mute', async (context) => {
    const { until } = parse(muteBody, await jsonBody(context), 'body');
    const { subscriber, id } = await ownAlert(context);
    await subscribers.muteAlert(subscriber.subscriber, id, until);
    return context.body(null, 204);
  });

  app.delete('/alerts/:id', async (context) => {
    const { subscriber, id, alert } = await ownAlert(context);
    await deleteAlert(ports, subscriber, id, alert);
    return context.body(null, 204);
  });

  app.get('/alerts/:id/history', async (context) => {
    const { subscriber, id, alert } = await ownAlert(context);
    const recipient = subscriber.subscriber;
    const told = await toldOf(subscriber, id);
    const sent = new Set<string>();
    await concurrently(new Set(told.map(({ by }) => by)), QUERIES_AT_ONCE, async (key) => {
      const mail = await ports.ledger.get({ recipient, kind: 'digest', key });
      if (mail && mail.state !== 'refused') sent.add(key);
    });
    const read = await readFor(alert, subscriber);
    return context.json({ fires: historyOf(alert, subscriber, told, read, (key) => sent.has(key)) });
  });
}

/** All names of a ticker: alerts may have been made under an earlier one. */
async function namesOfTicker({ prices }: ApiPorts, ticker: string): Promise<Set<string>> {
  const { current } = await readTicker(prices, ticker, TOMBSTONE_YEAR);
  return new Set([ticker, ...identityOf(ticker, current).names.map(({ name }) => name)]);
}

/** What decides when an alert fires. A parsed condition has its fields in the order of the schema. */
const ruleText = ({ condition, repeat, band }: Pick<Alert, 'condition' | 'repeat' | 'band'>): string =>
  JSON.stringify([condition, repeat, band]);

/** @throws Problem if the alert ends too early or too late */
function alertOf(choices: AlertChoices, today: string, kept: Pick<Alert, 'start' | 'version'>): Alert {
  const latest = addDays(today, MAX_ALERT_DAYS);
  const { note, band, mutedUntil, expires = latest, ...rule } = choices;
  if (expires < today || expires > latest)
    throw new Problem(
      400,
      'Bad request',
      `Expected an alert that expires between ${today} and ${latest}, found ${expires}.`,
    );
  return {
    ...rule,
    ...(band !== undefined && { band }),
    ...(note && { note }),
    ...(mutedUntil && { mutedUntil }),
    expires,
    ...kept,
  };
}

/** A double click, or the same wish twice, would mail everything twice. @throws Problem */
function refuseDuplicate({ alerts = {} }: Subscriber, { ticker, condition }: AlertChoices, today: string): void {
  const same = Object.entries(alerts).find(
    ([, alert]) =>
      alert.ticker === ticker &&
      alert.expires >= today &&
      JSON.stringify(alert.condition) === JSON.stringify(condition),
  );
  if (same)
    throw new Problem(409, 'Alert exists', `You have this alert on ${ticker} already. Edit or delete that one.`);
}
