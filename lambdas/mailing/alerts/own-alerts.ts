import type { LedgerTable } from '../../adapters/ledger-table.ts';
import type { ToldAlerts } from '../../adapters/told-alerts.ts';
import { addDays } from '../../contracts/dates.ts';
import { LEDGER_DAYS } from '../../contracts/keys.ts';
import { knownAtOf, type RevisionKey } from '../../contracts/revision.ts';
import type { Subscriber } from '../../contracts/subscriber.ts';
import type { ToldAlert, ToldFire } from '../../contracts/told-alerts.ts';
import { neededFrom, ruleOf } from '../../domain/alerts/rule.ts';
import { wasReceived } from '../../domain/mail/last-received.ts';
import type { PriceSnapshot } from '../../pricing/price-snapshot.ts';
import type { ReadTicker } from '../read-ticker-once.ts';

/** A fire that was announced longer ago is not withdrawn. */
const WITHDRAWN_DAYS = 30;
/** An alert that fires once is remembered longer than anybody renews it: after a resume only the ledger knows that it fired. */
const ONCE_DAYS = 3_650;

export type AlertPorts = { told: Pick<ToldAlerts, 'put'>; ledger: Pick<LedgerTable, 'get'> };

/** The alerts of one subscriber that a revision may concern, with what the ledger knows of them. */
export type OwnAlerts = {
  subscriber: Subscriber;
  /** Key of the digest that asks. */
  digest: RevisionKey;
  told: ReadonlyMap<string, ToldAlert>;
  /** Ticker → first date (ISO) of which they need observations. */
  needed: ReadonlyMap<string, string>;
};

/** @param records what the ledger knows of the subscriber's alerts */
export function ownAlerts(subscriber: Subscriber, digest: RevisionKey, records: readonly ToldAlert[]): OwnAlerts {
  const alerts = Object.values(subscriber.alerts ?? {});
  const needed = new Map<string, string>();
  const need = (ticker: string, from: string) => {
    const before = needed.get(ticker);
    if (before === undefined || from < before) needed.set(ticker, from);
  };
  for (const alert of alerts) need(alert.ticker, neededFrom(ruleOf(alert, subscriber)));
  for (const { fires } of records)
    for (const fire of fires) if (mayBeWithdrawn(fire, digest)) need(fire.ticker, neededFrom(fire.rule));
  return { subscriber, digest, told: new Map(records.map((record) => [record.alert, record])), needed };
}

/**
 * What became of another mail. `open`: it is being sent, or SES has not confirmed it yet; it is asked again later. `told`: it was sent, or
 * may have been.
 */
export type Fate = 'told' | 'untold' | 'open';

/** One question: what does this mail tell about the alerts of its recipient? */
export type Asking = OwnAlerts & {
  mayHaveChanged: (ticker: string) => boolean;
  read: ReadTicker;
  /** See PriceSnapshot. */
  verdict: PriceSnapshot['verdict'];
  /** What became of a mail, by its RevisionKey. The digest that asks was not sent. */
  fateOf: (mail: string) => Promise<Fate>;
};

/** @param openSince ISO instant: older claims without an outcome may have been sent */
export function fateReader(
  { ledger }: Pick<AlertPorts, 'ledger'>,
  { subscriber, digest }: OwnAlerts,
  openSince: string,
): Asking['fateOf'] {
  const fates = new Map<string, Promise<Fate>>();
  const read = async (key: string): Promise<Fate> => {
    const mail = await ledger.get({ recipient: subscriber.subscriber, kind: 'digest', key });
    if (!mail || mail.state === 'refused') return 'untold';
    if (mail.state === 'sent') return wasReceived(mail) ? 'told' : 'untold';
    return mail.claimedAt > openSince ? 'open' : 'told';
  };
  return (key) => {
    if (key === digest) return Promise.resolve('untold');
    const known = fates.get(key) ?? read(key);
    fates.set(key, known);
    return known;
  };
}

/** Tickers of the alerts that a subscriber has, or had of late. */
export const alertTickers = ({ alerts = {}, formerAlerts = {} }: Subscriber): string[] => [
  ...Object.values(alerts).map(({ ticker }) => ticker),
  ...Object.keys(formerAlerts),
];

/** True if an announced fire is young enough to be withdrawn. */
export const mayBeWithdrawn = ({ told, on }: ToldFire, digest: RevisionKey): boolean =>
  told === 'announced' && on >= addDays(dateOf(digest), -WITHDRAWN_DAYS);

/** ISO date on which the revision of a digest became known. */
export const dateOf = (digest: RevisionKey): string => knownAtOf(digest).slice(0, 10);

/** The next record of an alert in the ledger. */
export function recordOf(
  { subscriber, digest }: OwnAlerts,
  alert: string,
  before: ToldAlert | undefined,
  fires: readonly ToldFire[],
): ToldAlert {
  const oldest = addDays(dateOf(digest), -LEDGER_DAYS);
  const kept = fires.filter(({ on, rule }) => on >= oldest || rule.repeat === 'once');
  const days = kept.some(({ rule }) => rule.repeat === 'once') ? ONCE_DAYS : LEDGER_DAYS;
  return {
    recipient: subscriber.subscriber,
    alert,
    writes: (before?.writes ?? 0) + 1,
    fires: kept,
    expiresAt: Math.floor(Date.parse(knownAtOf(digest)) / 1000) + days * 86_400,
  };
}

/** Writes the records of a mail's alerts. @returns false if another mail wrote one of them since it was read */
export async function recordAlerts(
  { told }: Pick<AlertPorts, 'told'>,
  records: readonly ToldAlert[],
): Promise<boolean> {
  for (const record of records) if (!(await told.put(record))) return false;
  return true;
}
