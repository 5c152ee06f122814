import type { Alert } from '../../contracts/alert.ts';
import type { RevisionKey } from '../../contracts/revision.ts';
import type { ToldAlert, ToldFire } from '../../contracts/told-alerts.ts';
import type { AlertLines, FireLine, WithdrawnLine } from '../../domain/alerts/alert-lines.ts';
import type { PriceSnapshot } from '../../pricing/price-snapshot.ts';
import type { ReadTicker } from '../read-ticker-once.ts';
import { addedFires } from './added-fires.ts';
import { type AlertPorts, type Asking, fateReader, type OwnAlerts, recordOf } from './own-alerts.ts';
import { withdrawals } from './withdrawals.ts';

/** What one mail has to tell about alerts. */
export type AlertNews = AlertLines & {
  /** True if they are reason enough for a mail. */
  isDue: boolean;
  /** True if another mail must end first: whether it tells an alert is not known yet. */
  isOpen: boolean;
  /** Tickers that fired, or whose fire is withdrawn, as their alerts name them. */
  tickers: readonly string[];
  /** Records to write before the mail is sent; fires that are not mailed are in them too. */
  records: readonly ToldAlert[];
};

/**
 * Decides what a mail announces and withdraws, and what is only recorded. A fire is announced if this revision added it, it is still
 * true, and no other mail announced it.
 * @param openSince ISO instant, see fateReader
 */
export async function alertNews(
  ports: Pick<AlertPorts, 'ledger'>,
  snapshot: Pick<PriceSnapshot, 'mayHaveChanged' | 'verdict'>,
  own: OwnAlerts,
  read: ReadTicker,
  openSince: string,
): Promise<AlertNews> {
  const { subscriber, told } = own;
  const asking: Asking = {
    ...own,
    read,
    verdict: snapshot.verdict,
    mayHaveChanged: (ticker) => snapshot.mayHaveChanged(ticker),
    fateOf: fateReader(ports, own, openSince),
  };
  const alerts = subscriber.alerts ?? {};
  const decided: Decided[] = [];
  for (const id of new Set([...Object.keys(alerts), ...told.keys()]))
    decided.push(await decide(asking, id, alerts[id], told.get(id)));
  const fires = decided.flatMap((one) => one.fires);
  const withdrawn = decided.flatMap((one) => one.withdrawn);
  return {
    fires: fires.map(({ line }) => line),
    withdrawn: withdrawn.map(({ line }) => line),
    isDue: fires.length > 0 || withdrawn.some(({ entry }) => asking.mayHaveChanged(entry.ticker)),
    isOpen: decided.some((one) => one.isOpen),
    tickers: [...new Set([...fires, ...withdrawn].map(({ entry }) => entry.ticker))],
    records: decided.flatMap(({ record }) => record ?? []),
  };
}

type Decided = {
  fires: { entry: ToldFire; line: FireLine }[];
  withdrawn: { entry: ToldFire; line: WithdrawnLine }[];
  isOpen: boolean;
  /** What the ledger must know of it; undefined if nothing is to be written. */
  record: ToldAlert | undefined;
};

/** @param alert undefined if it was deleted @param record what the ledger knows of it */
async function decide(
  asking: Asking,
  id: string,
  alert: Alert | undefined,
  record: ToldAlert | undefined,
): Promise<Decided> {
  // What an earlier try of this mail wrote is decided again.
  const before = (record?.fires ?? []).flatMap((fire) => undoneBy(asking.digest, fire));
  const { added, isOpen } = alert ? await addedFires(asking, alert, before) : { added: [], isOpen: false };
  const replaced = new Set(added.flatMap(({ replaces }) => replaces));
  const current = await withdrawals(
    asking,
    before.filter((entry) => !replaced.has(entry)),
  );
  const known = [...current, ...added].map(({ entry }) => entry);
  // What this mail tells is always written, also if an earlier try of it wrote the same: of two mails that tell it the second one fails.
  const tells = added.some(({ entry }) => entry.told === 'announced') || current.some(({ line }) => line);
  const isChanged = JSON.stringify(known) !== JSON.stringify(record?.fires ?? []);
  return {
    fires: added.flatMap(({ entry, line }) => (entry.told === 'announced' ? [{ entry, line: line(id) }] : [])),
    isOpen: isOpen || current.some((one) => one.isOpen),
    withdrawn: current.flatMap(({ entry, line }) => (line ? [{ entry, line }] : [])),
    record: tells || isChanged ? recordOf(asking, id, record, known) : undefined,
  };
}

/** A fire without what an earlier try of this digest announced or withdrew: that try was not sent. What it only recorded stays. */
function undoneBy(digest: RevisionKey, fire: ToldFire): ToldFire[] {
  if (fire.by === digest && fire.told === 'announced') return [];
  const { withdrawnBy, ...before } = fire;
  return withdrawnBy === digest ? [before] : [fire];
}
