import type { Alert } from '../contracts/alert.ts';
import type { AlertHistory, AlertView } from '../contracts/api/alerts.ts';
import { addDays } from '../contracts/dates.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import type { ToldFire } from '../contracts/told-alerts.ts';
import { fireLine } from '../domain/alerts/alert-lines.ts';
import { measureNow, stateOn } from '../domain/alerts/alert-state.ts';
import { conditionText } from '../domain/alerts/condition-text.ts';
import { firesUntil } from '../domain/alerts/episodes.ts';
import { AlertInputs } from '../domain/alerts/inputs.ts';
import { thresholdNow } from '../domain/alerts/judge.ts';
import { type Fire, isSameEpisode, replay } from '../domain/alerts/replay.ts';
import { neededFrom, ruleOf } from '../domain/alerts/rule.ts';
import { newYorkDate } from '../domain/calendar/new-york.ts';
import { folded } from '../domain/prices/fold.ts';
import { seriesOf } from '../domain/prices/series.ts';
import { readTicker } from '../pricing/read-ticker.ts';
import type { ApiPorts, ApiSettings } from './ports.ts';

const MAX_FIRES = 200;

/** A ticker as its alerts see it. `inputs` is undefined without a close. */
export type AlertedTicker = { name: string; inputs: AlertInputs | undefined };

/** Days that a series has before its last close: a ticker whose last close is old is read whole. */
const MIN_DAYS = 370;

/** Reads a ticker for alerts. @param from ISO date of the first observation that is needed */
export async function readAlerted(
  { prices }: Pick<ApiPorts, 'prices'>,
  { suspectMove }: Pick<ApiSettings, 'suspectMove'>,
  ticker: string,
  from: string,
): Promise<AlertedTicker> {
  const read = async (year: string): Promise<AlertedTicker> => {
    const { current } = await readTicker(prices, ticker, year);
    const { observations, ticker: name } = folded(ticker, current);
    const series = seriesOf(name, observations, suspectMove);
    return { name, inputs: series && new AlertInputs(series) };
  };
  const recent = await read(from.slice(0, 4));
  const last = recent.inputs?.series.last.date;
  return last !== undefined && addDays(last, -MIN_DAYS) >= from ? recent : read('0');
}

/** An alert with its state. @param told what the ledger knows of it @param now ms since 1970 */
export function viewOf(
  id: string,
  alert: Alert,
  subscriber: Pick<Subscriber, 'pausedUntil' | 'resumedAt'>,
  { name, inputs }: AlertedTicker,
  told: readonly ToldFire[],
  now: number,
): AlertView {
  const { start, version: _version, ...choices } = alert;
  const rule = ruleOf(alert, subscriber);
  const { condition } = rule;
  const isTold = ({ version, withdrawnBy }: ToldFire) => version === alert.version && !withdrawnBy;
  const close = start.closes.at(-1)?.close;
  const fires = inputs ? firesUntil(rule, inputs, alert.expires) : [];
  const last = fires.at(-1);
  const measure = inputs && measureNow(rule, inputs);
  return {
    id,
    ...choices,
    name,
    start: { date: rule.after, ...(close && { close }) },
    text: conditionText(condition),
    state: stateOn(newYorkDate(now), alert, rule, inputs, told.some(isTold)),
    alreadyTrue: inputs !== undefined && replay(rule, inputs).state === 'waiting',
    ...(inputs && condition.kind === 'price' && { threshold: thresholdNow(condition, rule, inputs) }),
    ...(last && inputs && { lastFire: fireView(rule, last, inputs) }),
    fires: fires.slice(-MAX_FIRES).map(({ date }) => date),
    ...(measure && { measure }),
  };
}

/** A fire with its numbers. */
export function fireView(rule: Parameters<typeof fireLine>[1], fire: Fire, inputs: AlertInputs) {
  const session = inputs.sessions[fire.at];
  const { what, details } = fireLine({ id: '' }, rule, fire, inputs, { withDate: false });
  return { date: fire.date, close: session?.close ?? '', what, details };
}

/** First date (ISO) that an alert needs. */
export const alertFrom = (alert: Alert, subscriber: Pick<Subscriber, 'pausedUntil' | 'resumedAt'>): string =>
  neededFrom(ruleOf(alert, subscriber));

/**
 * What an alert did: what the ledger knows, and fires that no mail told, the latest first.
 * @param wasSent whether a mail (RevisionKey) was sent, or may have been
 */
export function historyOf(
  alert: Alert,
  subscriber: Pick<Subscriber, 'pausedUntil' | 'resumedAt'>,
  told: readonly ToldFire[],
  { inputs }: AlertedTicker,
  wasSent: (mail: string) => boolean,
): AlertHistory['fires'] {
  const rule = ruleOf(alert, subscriber);
  const known = told.map(({ date, close, told: how, by, withdrawnBy }) => ({
    date,
    close,
    told: how === 'announced' && !wasSent(by) ? ('none' as const) : how,
    ...(how === 'announced' && wasSent(by) && { mail: mailOf(by) }),
    isWithdrawn: withdrawnBy !== undefined,
  }));
  const fires = inputs ? firesUntil(rule, inputs, alert.expires) : [];
  const others = fires
    .filter((fire) => !told.some((one) => one.version === alert.version && isSameEpisode(one, fire)))
    .flatMap((fire) => (inputs ? [fireView(rule, fire, inputs)] : []))
    .map(({ date, close, what }) => ({ date, close, what, told: 'none' as const, isWithdrawn: false }));
  return [...known, ...others].sort((a, b) => (a.date < b.date ? 1 : -1));
}

/** A digest's key is `{knownAt}#{delivery}#{revision}`; a delivery may have a `#` in its feed. */
function mailOf(key: string) {
  const [at = '', ...rest] = key.split('#');
  return { at, delivery: rest.slice(0, -1).join('#') };
}
