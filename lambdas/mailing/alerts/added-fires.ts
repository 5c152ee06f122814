import type { Alert, AlertRule } from '../../contracts/alert.ts';
import type { RevisionKey } from '../../contracts/revision.ts';
import type { ToldFire } from '../../contracts/told-alerts.ts';
import { type FireLine, fireLine } from '../../domain/alerts/alert-lines.ts';
import { episodeNow, isHistory, newFires } from '../../domain/alerts/episodes.ts';
import type { AlertInputs } from '../../domain/alerts/inputs.ts';
import { type Fire, isSameEpisode } from '../../domain/alerts/replay.ts';
import { ruleOf } from '../../domain/alerts/rule.ts';
import { type Asking, dateOf } from './own-alerts.ts';

export type AddedFire = {
  entry: ToldFire;
  /** Its line, for the id of the alert. */
  line: (alert: string) => FireLine;
  /** Entries of mails that were never sent. */
  replaces: readonly ToldFire[];
};

/** The fires that this revision added, and no other mail told. @param known what the ledger knows of this alert */
export async function addedFires(asking: Asking, alert: Alert, known: readonly ToldFire[]): Promise<AddedFire[]> {
  if (!asking.mayHaveChanged(alert.ticker)) return [];
  const { folds } = (await asking.read(alert.ticker)).known;
  if (!folds) return [];
  const rule = ruleOf(alert, asking.subscriber);
  const added: AddedFire[] = [];
  for (const fire of newFires(rule, alert.expires, folds)) {
    const same = await sameFires(asking, alert, known, fire);
    if (same.some(({ isTold }) => isTold)) continue;
    added.push({
      entry: entryOf(asking, alert, rule, fire, folds.now),
      line: (id) => fireLine({ id, note: alert.note }, rule, fire, folds.now),
      replaces: same.map(({ entry }) => entry),
    });
  }
  return added;
}

/** The entries of the same episode. An alert that fires once has fired, if any of its fires is still true. */
async function sameFires(asking: Asking, { ticker, version, repeat }: Alert, known: readonly ToldFire[], fire: Fire) {
  const { known: prices } = await asking.read(ticker);
  const same: { entry: ToldFire; isTold: boolean }[] = [];
  for (const entry of known.filter((one) => one.version === version)) {
    const episode = episodeNow(entry, prices.now, () => prices.since(entry.by as RevisionKey));
    if (!episode || !(repeat === 'once' || isSameEpisode(episode, fire))) continue;
    const isWithdrawn = entry.withdrawnBy !== undefined && (await asking.wasSent(entry.withdrawnBy));
    same.push({ entry, isTold: !isWithdrawn && (entry.told !== 'announced' || (await asking.wasSent(entry.by))) });
  }
  return same;
}

function entryOf({ digest }: Asking, alert: Alert, rule: AlertRule, fire: Fire, now: AlertInputs): ToldFire {
  const isMuted = alert.mutedUntil !== undefined && fire.date <= alert.mutedUntil;
  return {
    version: alert.version,
    ticker: alert.ticker,
    rule,
    date: fire.date,
    until: fire.until,
    side: fire.side,
    close: now.series.observations.find(({ date }) => date === fire.date)?.close ?? '',
    told: isMuted ? 'muted' : isHistory(rule, fire, now) ? 'late' : 'announced',
    by: digest,
    on: dateOf(digest),
  };
}
